#pragma once

#include <cstdint>

#include "descent/loss/loss.h"

namespace descent {

struct CrossEntropyLossOptions {
  /// How much each class counts: [C]. Default: all 1.
  Tensor weight = {};
  /// With class indices: samples of this class do not count.
  std::int64_t ignore_index = -100;
  Reduction reduction = Reduction::mean;
  /// How much of the target, of [0, 1], is spread evenly over the classes (Szegedy et al., arXiv:1512.00567).
  double label_smoothing = 0;
};

/// The cross entropy -sum_c target_c weight_c log softmax(logits)_c.
///
/// `logits`, unnormalised: [C], [N, C], or [N, C, d1, d2, ...] for a class at each position. `target`: the class of
/// each sample (int64; the shape of `logits` without C), or the probability of each class (floating point; the shape of
/// `logits`). The mean is over samples and positions; with class indices each counts as much as the weight of its
/// class, and the ignored ones do not. An Error names the first target that is no class, and where it is.
Tensor cross_entropy(const Tensor& logits, const Tensor& target, const CrossEntropyLossOptions& options = {});

namespace nn {
using CrossEntropyLoss = Loss<cross_entropy, CrossEntropyLossOptions>;
}

}  // namespace descent
