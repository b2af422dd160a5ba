#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct PoissonNLLLossOptions {
  bool log_input = true;  // the prediction is the logarithm of the rate
  bool full = false;      // add Stirling's approximation of log(target!), where target > 1
  double eps = 1e-8;      // 0 or more: added to the rate before its logarithm, without log_input
  Reduction reduction = Reduction::mean;
};

/// The negative log likelihood of counts under a Poisson distribution.
///
///   l = exp(prediction) - target * prediction           with log_input
///       prediction - target * log(prediction + eps)     without
///
///   full: l + target * log(target) - target + log(2 * pi * target) / 2    where target > 1
///
/// The tensors have one shape, any.
///
/// Choose it for counts (events, visits, photons), whose spread grows with their mean.
///
/// Source: PyTorch, torch.nn.PoissonNLLLoss.
Tensor poisson_nll_loss(const Tensor& prediction, const Tensor& target, const PoissonNLLLossOptions& options = {});

namespace nn {
using PoissonNLLLoss = Loss<poisson_nll_loss, PoissonNLLLossOptions>;
}

}  // namespace descent
