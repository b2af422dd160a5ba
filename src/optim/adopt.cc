#include "descent/optim/adopt.h"

#include "core/host.h"
#include "optim/adam_step.h"

namespace descent::optim {

template class OptimizerOf<ADOPTOptions, ADOPTState>;

ADOPT::ADOPT(ParameterList parameters, const ADOPTOptions& options) : OptimizerOf("ADOPT") {
  add_group(std::move(parameters), options);
}

void ADOPT::check(const ADOPTOptions& o, const Bounds& bounds) const { adam_check(o, bounds); }

ADOPTState ADOPT::start(const Tensor& p, const ADOPTOptions&) const {
  return {.step = full({}, -1, {.dtype = float64}), .exp_avg = zeros_like(p), .exp_avg_sq = zeros_like(p)};
}

void ADOPT::update(const Tensor& p, const Tensor& g, ADOPTState& s, const ADOPTOptions& o) const {
  const auto& [beta1, beta2] = o.betas;
  const bool first = !is_at_least(s.step, 0);
  s.step.add_(1);
  if (first) {
    s.exp_avg_sq.copy_(square(g));
    return;
  }
  const Tensor bound = pow(s.step, 0.25);
  decay_weights(p, o.lr, o.weight_decay);
  average(s.exp_avg, clamp(g / clamp_min(sqrt(s.exp_avg_sq), o.eps), -bound, bound), beta1);
  p.addcmul_(s.exp_avg, -o.lr);
  average_square(s.exp_avg_sq, g, beta2);
}

}  // namespace descent::optim
