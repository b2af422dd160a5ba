#include "descent/optim/yogi.h"

#include "optim/adam_step.h"

namespace descent::optim {

template class OptimizerOf<YogiOptions, YogiState>;

Yogi::Yogi(ParameterList parameters, const YogiOptions& options) : OptimizerOf("Yogi") {
  add_group(std::move(parameters), options);
}

void Yogi::check(const YogiOptions& o, const Bounds& bounds) const {
  adam_check(o, bounds);
  bounds.at_least("initial_accumulator_value", o.initial_accumulator_value, 0);
}

YogiState Yogi::start(const Tensor& p, const YogiOptions& o) const {
  return {.step = step_count(),
          .exp_avg = full_like(p, o.initial_accumulator_value),
          .exp_avg_sq = full_like(p, o.initial_accumulator_value)};
}

void Yogi::update(const Tensor& p, const Tensor& g, YogiState& s, const YogiOptions& o) const {
  const auto& [beta1, beta2] = o.betas;
  const Tensor g2 = square(g);
  Tensor& v = s.exp_avg_sq;
  s.step.add_(1);
  decay_weights(p, o.lr, o.weight_decay);
  average(s.exp_avg, g, beta1);
  v.addcmul_(sign(v - g2) * g2, -(1 - beta2));
  p.addcmul_(debiased(s.exp_avg, beta1, s.step) / (sqrt(debiased(v, beta2, s.step)) + o.eps), -o.lr);
}

}  // namespace descent::optim
