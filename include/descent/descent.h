// All of Descent.
#pragma once

#include "descent/atomic_file.h"
#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/data.h"
#include "descent/grad_mode.h"
#include "descent/loss.h"
#include "descent/metrics.h"
#include "descent/minimize.h"
#include "descent/nn.h"
#include "descent/ops.h"
#include "descent/optim.h"
#include "descent/safetensors.h"
#include "descent/state_dict.h"
#include "descent/tensor.h"
#include "descent/text.h"
#include "descent/train.h"
