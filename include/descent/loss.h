// Losses.
#pragma once

#include "descent/loss/cross_entropy.h"
#include "descent/loss/loss.h"
#include "descent/loss/mse.h"
