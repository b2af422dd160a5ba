#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct GaussianNLLLossOptions {
  bool full = false;  // add the constant log(2 * pi) / 2
  double eps = 1e-6;  // above 0: the least variance
  Reduction reduction = Reduction::mean;
};

/// The negative log likelihood under a normal distribution whose variance is predicted too (Nix and Weigend, 1994).
///
///   v = max(var, eps)
///   l = (log(v) + (prediction - target)^2 / v) / 2
///
/// Prediction and target have one shape, any. `var` has it too, or lacks its last dimension, or has sizes of 1 where
/// one variance holds for all, or is a number. An Error names the first that is negative. The gradient passes the bound
/// eps as if it were not there, so that a variance that is too small can grow again.
///
/// Choose it where the model should say how sure it is of each prediction. It needs care (small learning rates, a
/// floor for var): a model that is sure of one sample makes the loss steep.
///
/// Source: Nix and Weigend, "Estimating the mean and variance of the target probability distribution", 1994,
/// doi:10.1109/ICNN.1994.374138; PyTorch, torch.nn.GaussianNLLLoss.
Tensor gaussian_nll_loss(const Tensor& prediction, const Tensor& target, const Tensor& var,
                         const GaussianNLLLossOptions& options = {});

namespace nn {
using GaussianNLLLoss = Loss<gaussian_nll_loss, GaussianNLLLossOptions>;
}

}  // namespace descent
