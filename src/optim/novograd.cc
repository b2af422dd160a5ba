#include "descent/optim/novograd.h"

#include "optim/adam_step.h"
#include "optim/norms.h"

namespace descent::optim {

template class OptimizerOf<NovoGradOptions, NovoGradState>;

NovoGrad::NovoGrad(ParameterList parameters, const NovoGradOptions& options) : OptimizerOf("NovoGrad") {
  add_group(std::move(parameters), options);
}

void NovoGrad::check(const NovoGradOptions& o, const Bounds& bounds) const { adam_check(o, bounds); }

NovoGradState NovoGrad::start(const Tensor& p, const NovoGradOptions&) const {
  return {.step = step_count(), .exp_avg = zeros_like(p), .exp_avg_sq = zeros({}, {.dtype = p.dtype()})};
}

void NovoGrad::update(const Tensor& p, const Tensor& g, NovoGradState& s, const NovoGradOptions& o) const {
  const auto& [beta1, beta2] = o.betas;
  Tensor& v = s.exp_avg_sq;
  const Tensor g2 = squared_norm(g);
  v.copy_(where(s.step == 0, g2, lerp(g2, v, beta2)));
  s.step.add_(1);
  s.exp_avg.mul_(beta1).add_(with_weight_decay(g / (sqrt(v) + o.eps), p, o.weight_decay));
  p.addcmul_(s.exp_avg, -o.lr);
}

}  // namespace descent::optim
