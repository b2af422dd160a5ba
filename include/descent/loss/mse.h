#pragma once

#include "descent/loss/loss.h"

namespace descent {

struct MSELossOptions {
  /// Of the prediction's shape: each squared error counts so much, and the mean is that of the weights. Default: all 1.
  Tensor weight = {};
  Reduction reduction = Reduction::mean;
};

/// The squared error (prediction - target)^2, of tensors of one shape.
Tensor mse_loss(const Tensor& prediction, const Tensor& target, const MSELossOptions& options = {});

namespace nn {
using MSELoss = Loss<mse_loss, MSELossOptions>;
}

}  // namespace descent
