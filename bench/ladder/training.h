// A training step: forward, backward, update.
#pragma once

#include <memory>

#include "descent/descent.h"

namespace ladder {

/// One step on the loss that `loss_of` makes of inputs and targets.
template <class Loss>
auto training(const std::shared_ptr<descent::optim::Optimizer>& optimizer, Loss loss_of) {
  return [=](const descent::Tensor& x, const descent::Tensor& y) {
    const descent::Tensor cost = loss_of(x, y);
    optimizer->zero_grad();
    cost.backward();
    optimizer->step();
    return cost;
  };
}

}  // namespace ladder
