#include "descent/optim/madgrad.h"

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<MADGRADOptions, MADGRADState>;

MADGRAD::MADGRAD(ParameterList parameters, const MADGRADOptions& options) : OptimizerOf("MADGRAD") {
  add_group(std::move(parameters), options);
}

void MADGRAD::check(const MADGRADOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("momentum", o.momentum, 0, 1);
  bounds.at_least("weight_decay", o.weight_decay, 0);
  bounds.at_least("eps", o.eps, 0);
}

MADGRADState MADGRAD::start(const Tensor& p, const MADGRADOptions&) const {
  return {.step = step_count(), .p0 = p.detach().clone(), .s = zeros_like(p), .grad_sum_sq = zeros_like(p)};
}

void MADGRAD::update(const Tensor& p, const Tensor& gradient, MADGRADState& s, const MADGRADOptions& o) const {
  const Tensor g = with_weight_decay(gradient, p, o.weight_decay);
  s.step.add_(1);
  const Tensor rate = (o.lr + o.eps) * sqrt(s.step);
  s.s.addcmul_(g, rate);
  s.grad_sum_sq.addcmul_(square(g), rate);
  const Tensor z = s.p0 - s.s / (cbrt(s.grad_sum_sq) + o.eps);
  p.copy_(lerp(z, p, o.momentum));
}

}  // namespace descent::optim
