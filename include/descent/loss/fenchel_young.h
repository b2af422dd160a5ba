#pragma once

#include <functional>

#include "descent/loss/loss.h"
#include "descent/ops.h"

namespace DESCENT_EXPORT descent {

struct FenchelYoungLossOptions {
  /// The convex function that makes the loss: of scores [..., C] it gives [...]. Default: logsumexp.
  std::function<Tensor(const Tensor&)> max_function = [](const Tensor& scores) { return logsumexp(scores, -1); };
  Reduction reduction = Reduction::mean;
};

/// The Fenchel-Young loss of a convex function (Blondel, Martins and Niculae 2020), but for what depends on the target
/// alone.
///
///   l = max_function(scores) - sum over the last dimension of target scores
///
/// Its gradient is that of the function less the target: with logsumexp, softmax(scores) - target, and the loss is the
/// cross entropy. `scores` and `target` have one shape, [..., C]; the losses, unreduced, are [...].
///
/// Choose it to make the loss that belongs to a prediction of yours, if that is the gradient of a convex function; for
/// softmax and sparsemax, cross_entropy and multiclass_sparsemax_loss are there, and stable.
///
/// Source: Blondel, Martins, Niculae 2020, "Learning with Fenchel-Young Losses", arXiv:1901.02324;
/// optax.losses.make_fenchel_young_loss.
Tensor fenchel_young_loss(const Tensor& scores, const Tensor& target, const FenchelYoungLossOptions& options = {});

namespace nn {
using FenchelYoungLoss = Loss<fenchel_young_loss, FenchelYoungLossOptions>;
}

}  // namespace descent
