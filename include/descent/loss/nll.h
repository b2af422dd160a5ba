#pragma once

#include <cstdint>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct NLLLossOptions {
  /// How much each class counts: [C]. Default: all 1.
  Tensor weight = {};
  std::int64_t ignore_index = -100;  // samples of this class do not count
  Reduction reduction = Reduction::mean;
};

/// The negative log likelihood of classes.
///
///   l = -weight[target] * log_probabilities[target]
///
/// `log_probabilities`: [C], [N, C], or [N, C, d1, d2, ...] for a class at each position. `target` (int64): the class
/// of each sample, in the shape of `log_probabilities` without C. The mean is over samples and positions, each of which
/// counts as much as the weight of its class; the ignored ones do not. An Error names the first target that is no
/// class, and where it is.
///
/// Choose it where a model gives log probabilities (log_softmax, AdaptiveLogSoftmaxWithLoss::log_prob); for logits use
/// cross_entropy.
///
/// Source: PyTorch, torch.nn.NLLLoss.
Tensor nll_loss(const Tensor& log_probabilities, const Tensor& target, const NLLLossOptions& options = {});

namespace nn {
using NLLLoss = Loss<nll_loss, NLLLossOptions>;
}

}  // namespace descent
