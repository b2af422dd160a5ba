#pragma once

#include <cstdint>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct CrossEntropyLossOptions {
  /// How much each class counts: [C]. Default: all 1.
  Tensor weight = {};
  /// With class indices: samples of this class do not count.
  std::int64_t ignore_index = -100;
  Reduction reduction = Reduction::mean;
  double label_smoothing = 0;  // of [0, 1]: how much of the target is spread evenly over the classes
};

/// The cross entropy of one class among many, of logits.
///
///   l = -sum_c target_c * weight_c * log(softmax(logits)_c)
///
/// `logits`, unnormalised: [C], [N, C], or [N, C, d1, d2, ...] for a class at each position. `target`: the class of
/// each sample (int64; the shape of `logits` without C), or the probability of each class (floating point; the shape of
/// `logits`). The mean is over samples and positions; with class indices each counts as much as the weight of its
/// class, and the ignored ones do not. An Error names the first target that is no class, and where it is.
///
/// Choose it for classification. Where several labels may hold at once use binary_cross_entropy_with_logits.
///
/// Source: PyTorch, torch.nn.CrossEntropyLoss; label smoothing: Szegedy et al., "Rethinking the Inception Architecture
/// for Computer Vision", 2016, arXiv:1512.00567.
Tensor cross_entropy(const Tensor& logits, const Tensor& target, const CrossEntropyLossOptions& options = {});

namespace nn {
using CrossEntropyLoss = Loss<cross_entropy, CrossEntropyLossOptions>;
}

}  // namespace descent
