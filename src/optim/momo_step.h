// What MoMo and MoMoAdam have in common.
#pragma once

#include "descent/optim/momo.h"
#include "optim/norms.h"

namespace descent::optim {

template <class Options>
MoMoGroupState momo_start(const Options& o) {
  return {.step = step_count(),
          .loss_avg = group_sum(),
          .product_avg = group_sum(),
          .adapted_lower_bound = full({}, o.lower_bound, {.dtype = float64})};
}

/// The length of the step, from `product` = <m, p> and `squares`, the norm of m; `weights` is what the weights in the
/// averages add up to.
template <class Options>
Tensor momo_step_size(MoMoGroupState& k, const Options& o, const Tensor& product, const Tensor& squares,
                      const Tensor& weights) {
  const Tensor shrink = 1 + o.lr * o.weight_decay;
  const Tensor least = shrink * (k.loss_avg - k.product_avg) + product;
  const Tensor& bound = k.adapted_lower_bound;
  if (o.adapt_lower_bound) {
    const Tensor half = maximum(least / (2 * shrink * weights), o.lower_bound);
    bound.copy_(where(least < shrink * weights * bound, half, bound));
  }
  const Tensor gap = clamp_min(least - shrink * weights * bound, 0);
  const Tensor step = where(squares > 0, minimum(o.lr / weights, gap / squares), 0);
  if (o.adapt_lower_bound) {
    const Tensor reached = k.loss_avg + product - k.product_avg - step * squares / 2;
    bound.copy_(maximum(reached / weights, o.lower_bound));
  }
  return step;
}

template <class Options>
void momo_move(const Tensor& p, const Tensor& direction, const Tensor& step, const Options& o) {
  p.addcmul_(direction, -step);
  if (o.weight_decay) p.div_(1 + o.lr * o.weight_decay);
}

}  // namespace descent::optim
