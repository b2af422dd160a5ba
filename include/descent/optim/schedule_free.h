#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

/// What the Schedule-Free optimizers keep for a group.
struct ScheduleFreeGroupState {
  Tensor step;        // t
  Tensor lr_max;      // the largest rate so far
  Tensor weight_sum;  // of all w
  Tensor train_mode;  // whether the parameters are at y
};

}  // namespace optim
}  // namespace descent
