#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct GeneralizedCrossEntropyLossOptions {
  double q = 0.7;  // of (0, 1]: near 0 the cross entropy, at 1 the mean absolute error
  Reduction reduction = Reduction::mean;
};

/// The generalised cross entropy (Zhang and Sabuncu 2018), which wrong labels do less harm.
///
///   p = softmax(logits)
///   l = sum over c of target_c (1 - p_c^q) / q
///
/// `logits`: [C], [N, C] or [N, C, d1, ...]; `target`: the class of each sample (int64; the shape of `logits` without
/// C), or the probability of each class (floating point; the shape of `logits`). The losses, unreduced, have the shape
/// of `logits` without C. None exceeds 1 / q, so that a label far off the prediction has little gradient.
///
/// Choose it where labels are noisy. It learns slowly from far away; the more so, the larger q is.
///
/// Source: Zhang, Sabuncu 2018, arXiv:1805.07836; keras.losses.CategoricalGeneralizedCrossEntropy, which takes p.
Tensor generalized_cross_entropy(const Tensor& logits, const Tensor& target,
                                 const GeneralizedCrossEntropyLossOptions& options = {});

namespace nn {
using GeneralizedCrossEntropyLoss = Loss<generalized_cross_entropy, GeneralizedCrossEntropyLossOptions>;
}

}  // namespace descent
