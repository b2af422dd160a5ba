// All of Descent.
#pragma once

#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "descent/tensor.h"
