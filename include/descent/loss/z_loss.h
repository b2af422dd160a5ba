#pragma once

#include <cstdint>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct CrossEntropyWithZLossOptions {
  double coefficient = 1e-4;         // at least 0: how much the z-loss counts
  std::int64_t ignore_index = -100;  // with class indices: samples of this class do not count
  double label_smoothing = 0;        // of [0, 1]: how much of the target is spread evenly over the classes
  Reduction reduction = Reduction::mean;
};

/// The cross entropy with a z-loss, which keeps logits from drifting (Chowdhery et al. 2022).
///
///   log_z = logsumexp(logits)
///   l = cross_entropy(logits, target) + coefficient log_z^2
///
/// `logits`, `target` and errors are those of cross_entropy. The losses, unreduced, have the shape of `logits` without
/// C, and are 0 where ignored; the mean is over those that are not.
///
/// Choose it to train large classifiers and language models in low precision, where logits that drift far from 0 lose
/// digits. The softmax itself does not depend on what this penalises.
///
/// Source: Chowdhery et al. 2022 (PaLM), arXiv:2204.02311, section 5, for the default too.
Tensor cross_entropy_with_z_loss(const Tensor& logits, const Tensor& target,
                                 const CrossEntropyWithZLossOptions& options = {});

namespace nn {
using CrossEntropyWithZLoss = Loss<cross_entropy_with_z_loss, CrossEntropyWithZLossOptions>;
}

}  // namespace descent
