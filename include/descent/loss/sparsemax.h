#pragma once

#include <cstdint>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

/// The nearest probabilities along `dim`, most of them 0: sparsemax(x) = argmin over probabilities p of |p - x|^2
/// (Martins and Astudillo 2016, arXiv:1602.02068). Differentiable where no element enters or leaves the support.
Tensor sparsemax(const Tensor& x, std::int64_t dim);

struct SparsemaxLossOptions {
  Reduction reduction = Reduction::mean;
};

/// The sparsemax loss of two classes, or of labels independent of each other (Blondel et al. 2020).
///
///   x = score where target is 0, -score where it is 1
///   l = 0 where x <= -1, x where x >= 1, (x + 1)^2 / 4 between
///
/// `target` has the shape of `score`, and is 0 or 1, of any dtype; anything else is an Error. The losses, unreduced,
/// have that shape too.
///
/// Choose it for a hinge loss that is smooth: like that one, it asks no more of a sample beyond the margin, and like
/// cross entropy it comes with a probability, clamp((score + 1) / 2, 0, 1).
///
/// Source: Blondel, Martins, Niculae 2020, "Learning with Fenchel-Young Losses", arXiv:1901.02324;
/// optax.sparsemax_loss.
Tensor sparsemax_loss(const Tensor& score, const Tensor& target, const SparsemaxLossOptions& options = {});

/// The sparsemax loss of several classes (Martins and Astudillo 2016).
///
///   p = sparsemax(scores)
///   l = sum over c of (p_c - target_c) (scores_c - (p_c + target_c) / 2)
///
/// Its gradient is p - target. `scores`: [C], [N, C] or [N, C, d1, ...]; `target`: the class of each sample (int64; the
/// shape of `scores` without C), or the probability of each class (floating point; the shape of `scores`). The losses,
/// unreduced, have the shape of `scores` without C.
///
/// Choose it where most classes should get a probability of exactly 0; predict with sparsemax then.
///
/// Source: Martins, Astudillo 2016, arXiv:1602.02068; optax.multiclass_sparsemax_loss.
Tensor multiclass_sparsemax_loss(const Tensor& scores, const Tensor& target, const SparsemaxLossOptions& options = {});

namespace nn {
using SparsemaxLoss = Loss<sparsemax_loss, SparsemaxLossOptions>;
using MulticlassSparsemaxLoss = Loss<multiclass_sparsemax_loss, SparsemaxLossOptions>;
}  // namespace nn

}  // namespace descent
