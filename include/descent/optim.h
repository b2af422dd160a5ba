// Optimizers.
#pragma once

#include "descent/optim/adagrad.h"
#include "descent/optim/adam.h"
#include "descent/optim/adamw.h"
#include "descent/optim/lr_scheduler.h"
#include "descent/optim/optimizer.h"
#include "descent/optim/sgd.h"
