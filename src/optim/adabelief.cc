#include "descent/optim/adabelief.h"

#include "optim/adam_step.h"

namespace descent::optim {

template class OptimizerOf<AdaBeliefOptions, AdaBeliefState>;

AdaBelief::AdaBelief(ParameterList parameters, const AdaBeliefOptions& options) : OptimizerOf("AdaBelief") {
  add_group(std::move(parameters), options);
}

void AdaBelief::check(const AdaBeliefOptions& o, const Bounds& bounds) const { adam_check(o, bounds); }

AdaBeliefState AdaBelief::start(const Tensor& p, const AdaBeliefOptions&) const {
  return {.step = step_count(), .exp_avg = zeros_like(p), .exp_avg_var = zeros_like(p)};
}

void AdaBelief::update(const Tensor& p, const Tensor& g, AdaBeliefState& s, const AdaBeliefOptions& o) const {
  const auto& [beta1, beta2] = o.betas;
  s.step.add_(1);
  decay_weights(p, o.lr, o.weight_decay);
  average(s.exp_avg, g, beta1);
  average_square(s.exp_avg_var, g - s.exp_avg, beta2);
  s.exp_avg_var.add_(o.eps);
  const Tensor deviation = sqrt(debiased(s.exp_avg_var, beta2, s.step));
  p.addcmul_(debiased(s.exp_avg, beta1, s.step) / (deviation + o.eps), -o.lr);
}

}  // namespace descent::optim
