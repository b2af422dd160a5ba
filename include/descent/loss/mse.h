#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct MSELossOptions {
  /// Of the prediction's shape: each squared error counts so much, and the mean is that of the weights. Default: all 1.
  Tensor weight = {};
  Reduction reduction = Reduction::mean;
};

/// The squared error of least squares (Legendre, 1805).
///
///   l = (prediction - target)^2
///
/// The tensors have one shape, any.
///
/// Choose it for regression unless something speaks against it: it fits the mean, and is the likelihood of normal
/// errors. A few targets that are far off decide the fit; l1_loss and huber_loss resist them.
///
/// Source: PyTorch, torch.nn.MSELoss.
Tensor mse_loss(const Tensor& prediction, const Tensor& target, const MSELossOptions& options = {});

namespace nn {
using MSELoss = Loss<mse_loss, MSELossOptions>;
}

}  // namespace descent
