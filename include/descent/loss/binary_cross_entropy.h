#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct BCELossOptions {
  /// Broadcast to the prediction's shape: each loss is multiplied by so much; the mean is that of all elements alike.
  /// Default: all 1.
  Tensor weight = {};
  Reduction reduction = Reduction::mean;
};

/// The cross entropy of probabilities of yes or no.
///
///   l = -weight * (target * log(prediction) + (1 - target) * log(1 - prediction))
///
/// The tensors have one shape, any, with elements of [0, 1]: an Error names the first that is none. Logarithms are at
/// least -100, so that the loss of a certain mistake is 100, not infinite; the denominator of the slope
///
///   weight * (prediction - target) / (prediction * (1 - prediction))
///
/// is at least 1e-12.
///
/// Choose it where a model gives probabilities; where it gives logits, binary_cross_entropy_with_logits is more
/// accurate and never flat.
///
/// Source: PyTorch, torch.nn.BCELoss.
Tensor binary_cross_entropy(const Tensor& prediction, const Tensor& target, const BCELossOptions& options = {});

struct BCEWithLogitsLossOptions {
  /// Broadcast to the shape of the logits: each loss is multiplied by so much; the mean is that of all elements alike.
  /// Default: all 1.
  Tensor weight = {};
  /// Broadcast to the shape of the logits, usually one a class: how much a yes counts beside a no. Default: all 1.
  Tensor pos_weight = {};
  Reduction reduction = Reduction::mean;
};

/// The cross entropy of yes or no, of logits.
///
///   p = sigmoid(logits)
///   l = -weight * (pos_weight * target * log(p) + (1 - target) * log(1 - p))
///
/// The tensors have one shape, any; targets are of [0, 1]: an Error names the first that is none. Stable for logits of
/// any size.
///
/// Choose it for two classes, or for several labels that may hold at once. For one class among many use cross_entropy.
///
/// Source: PyTorch, torch.nn.BCEWithLogitsLoss.
Tensor binary_cross_entropy_with_logits(const Tensor& logits, const Tensor& target,
                                        const BCEWithLogitsLossOptions& options = {});

namespace nn {
using BCELoss = Loss<binary_cross_entropy, BCELossOptions>;
using BCEWithLogitsLoss = Loss<binary_cross_entropy_with_logits, BCEWithLogitsLossOptions>;
}  // namespace nn

}  // namespace descent
