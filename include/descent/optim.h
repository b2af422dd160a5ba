// Optimizers.
#pragma once

#include "descent/optim/adagrad.h"
#include "descent/optim/adam.h"
#include "descent/optim/adamw.h"
#include "descent/optim/average/exponential_moving_average.h"
#include "descent/optim/average/stochastic_weight_averaging.h"
#include "descent/optim/clip/clip_grad.h"
#include "descent/optim/lr_scheduler.h"
#include "descent/optim/optimizer.h"
#include "descent/optim/projection/projection.h"
#include "descent/optim/sgd.h"
#include "descent/optim/wrapper.h"
