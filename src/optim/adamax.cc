#include "descent/optim/adamax.h"

#include "descent/create.h"
#include "optim/adam_step.h"

namespace descent::optim {

template class OptimizerOf<AdamaxOptions, AdamaxState>;

Adamax::Adamax(ParameterList parameters, const AdamaxOptions& options) : OptimizerOf("Adamax") {
  add_group(std::move(parameters), options);
}

void Adamax::check(const AdamaxOptions& o, const Bounds& bounds) const { adam_check(o, bounds); }

AdamaxState Adamax::start(const Tensor& p, const AdamaxOptions&) const {
  return {.step = step_count(), .exp_avg = zeros_like(p), .exp_inf = zeros_like(p)};
}

void Adamax::update(const Tensor& p, const Tensor& gradient, AdamaxState& s, const AdamaxOptions& o) const {
  const auto& [beta1, beta2] = o.betas;
  s.step.add_(1);
  const Tensor g = with_weight_decay(gradient, p, o.weight_decay);
  average(s.exp_avg, g, beta1);
  s.exp_inf.copy_(maximum(s.exp_inf * beta2, abs(g) + o.eps));
  p.addcmul_(s.exp_avg / s.exp_inf, -o.lr / (1 - pow(beta1, s.step)));
}

}  // namespace descent::optim
