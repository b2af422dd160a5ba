#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct L1LossOptions {
  /// Of the prediction's shape: each error counts so much, and the mean is that of the weights. Default: all 1.
  Tensor weight = {};
  Reduction reduction = Reduction::mean;
};

/// The absolute error.
///
///   l = |prediction - target|
///
/// The tensors have one shape, any. The slope is 0 where the error is.
///
/// Choose it for regression where some targets are far off and should not decide: it fits the median. Its slope does
/// not shrink near the minimum; huber_loss is the compromise.
///
/// Source: PyTorch, torch.nn.L1Loss.
Tensor l1_loss(const Tensor& prediction, const Tensor& target, const L1LossOptions& options = {});

namespace nn {
using L1Loss = Loss<l1_loss, L1LossOptions>;
}

}  // namespace descent
