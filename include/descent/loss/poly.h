#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct PolyCrossEntropyLossOptions {
  double epsilon = 2;  // at least -1: what is added to the first coefficient, 1
  Reduction reduction = Reduction::mean;
};

/// The cross entropy with its first polynomial coefficient changed, Poly-1 (Leng et al. 2022).
///
///   p = softmax(logits)
///   l = sum over c of target_c (-log(p_c) + epsilon (1 - p_c))
///
/// -log(p) is the series of (1 - p)^j / j; this adds epsilon to the coefficient of j = 1. `logits`: [C], [N, C] or
/// [N, C, d1, ...]; `target`: the class of each sample (int64; the shape of `logits` without C), or the probability of
/// each class (floating point; the shape of `logits`). The losses, unreduced, have the shape of `logits` without C.
///
/// Choose it for one more number to tune where cross_entropy does well already: 2 helped image classification, -1 the
/// detection of objects.
///
/// Source: Leng et al. 2022, arXiv:2204.12511; optax.poly_loss_cross_entropy, for the default too.
Tensor poly_cross_entropy(const Tensor& logits, const Tensor& target, const PolyCrossEntropyLossOptions& options = {});

namespace nn {
using PolyCrossEntropyLoss = Loss<poly_cross_entropy, PolyCrossEntropyLossOptions>;
}

}  // namespace descent
