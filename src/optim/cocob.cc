#include "descent/optim/cocob.h"

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<COCOBOptions, COCOBState>;

COCOB::COCOB(ParameterList parameters, const COCOBOptions& options) : OptimizerOf("COCOB") {
  add_group(std::move(parameters), options);
}

void COCOB::check(const COCOBOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("alpha", o.alpha, 1);
  bounds.above("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

COCOBState COCOB::start(const Tensor& p, const COCOBOptions& o) const {
  return {.p0 = p.detach().clone(),
          .largest_grad = full_like(p, o.eps),
          .grad_abs_sum = zeros_like(p),
          .reward = zeros_like(p),
          .negative_grad_sum = zeros_like(p)};
}

void COCOB::update(const Tensor& p, const Tensor& gradient, COCOBState& s, const COCOBOptions& o) const {
  const Tensor g = o.lr * with_weight_decay(gradient, p, o.weight_decay), size = abs(g);
  const Tensor& largest = s.largest_grad;
  largest.copy_(maximum(largest, size));
  s.grad_abs_sum.add_(size);
  s.reward.copy_(clamp_min(s.reward - g * (p - s.p0), 0));
  s.negative_grad_sum.sub_(g);
  const Tensor scale = largest * maximum(s.grad_abs_sum + largest, o.alpha * largest);
  p.copy_(s.p0 + s.negative_grad_sum / scale * (largest + s.reward));
}

}  // namespace descent::optim
