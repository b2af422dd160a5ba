// All of Descent.
#pragma once

#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/csv.h"
#include "descent/loss.h"
#include "descent/metrics.h"
#include "descent/minimize.h"
#include "descent/nn.h"
#include "descent/ops.h"
#include "descent/optim.h"
#include "descent/safetensors.h"
#include "descent/tensor.h"
#include "descent/version.h"
