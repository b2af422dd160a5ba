#include "descent/optim/dadapt_sgd.h"

#include "descent/create.h"
#include "optim/norms.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<DAdaptSGDOptions, DAdaptSGDState, DAdaptSGDGroupState>;

DAdaptSGD::DAdaptSGD(ParameterList parameters, const DAdaptSGDOptions& options) : OptimizerOf("DAdaptSGD") {
  add_group(std::move(parameters), options);
}

void DAdaptSGD::check(const DAdaptSGDOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("momentum", o.momentum, 0, 1);
  bounds.at_least("weight_decay", o.weight_decay, 0);
  bounds.above("d0", o.d0, 0);
}

DAdaptSGDState DAdaptSGD::start(const Tensor& p, const DAdaptSGDOptions&) const {
  return {.p0 = p.detach().clone(), .s = zeros_like(p)};
}

DAdaptSGDGroupState DAdaptSGD::start_group(const DAdaptSGDOptions& o) const {
  return {.d = full({}, o.d0, {.dtype = float64}), .r = group_sum(), .g_norm = group_sum()};
}

void DAdaptSGD::update_group(Group& group, const Tensor&) const {
  const DAdaptSGDOptions& o = group.options;
  DAdaptSGDGroupState& k = group.state;
  Tensor squares = group_sum();
  for_each(group, [&](const Tensor& p, const Tensor& g, DAdaptSGDState&) {
    squares.add_(squared_norm(with_weight_decay(g, p, o.weight_decay)));
  });
  k.g_norm.copy_(where(k.g_norm > 0, k.g_norm, sqrt(squares)));
  const Tensor rate = where(k.g_norm > 0, k.d * o.lr / k.g_norm, 0);
  Tensor sum_squares = group_sum();
  for_each(group, [&](const Tensor& p, const Tensor& gradient, DAdaptSGDState& s) {
    const Tensor g = with_weight_decay(gradient, p, o.weight_decay);
    k.r.addcmul_(rate, dot(g, s.s));
    s.s.addcmul_(g, rate);
    sum_squares.add_(squared_norm(s.s));
    p.copy_(lerp(s.p0 - s.s, p, o.momentum));
  });
  k.d.copy_(where(sum_squares > 0, maximum(k.d, 2 * k.r / sqrt(sum_squares)), k.d));
}

}  // namespace descent::optim
