#include "descent/optim/dadapt_adam.h"

#include "optim/adam_step.h"
#include "optim/norms.h"

namespace descent::optim {

template class OptimizerOf<DAdaptAdamOptions, DAdaptAdamState, DAdaptAdamGroupState>;

DAdaptAdam::DAdaptAdam(ParameterList parameters, const DAdaptAdamOptions& options) : OptimizerOf("DAdaptAdam") {
  add_group(std::move(parameters), options);
}

void DAdaptAdam::check(const DAdaptAdamOptions& o, const Bounds& bounds) const {
  adam_check(o, bounds);
  bounds.above("d0", o.d0, 0);
}

DAdaptAdamState DAdaptAdam::start(const Tensor& p, const DAdaptAdamOptions&) const {
  return {.s = zeros_like(p), .exp_avg = zeros_like(p), .exp_avg_sq = zeros_like(p)};
}

DAdaptAdamGroupState DAdaptAdam::start_group(const DAdaptAdamOptions& o) const {
  return {.step = step_count(), .d = full({}, o.d0, {.dtype = float64}), .r = group_sum()};
}

void DAdaptAdam::update_group(Group& group, const Tensor&) const {
  const DAdaptAdamOptions& o = group.options;
  DAdaptAdamGroupState& k = group.state;
  const Scalar &beta1 = o.betas[0], &beta2 = o.betas[1];
  const Tensor beta = sqrt(beta2);
  k.step.add_(1);
  Tensor rate = k.d * o.lr;
  if (o.use_bias_correction) rate = rate * sqrt(1 - pow(beta2, k.step)) / (1 - pow(beta1, k.step));
  Tensor product = group_sum(), sum_norm = group_sum();
  for_each(group, [&](const Tensor&, const Tensor& g, DAdaptAdamState& s) {
    product.add_(dot(g, s.s / (sqrt(s.exp_avg_sq) + o.eps)));
    average(s.exp_avg, rate * g, beta1);
    average_square(s.exp_avg_sq, g, beta2);
    average(s.s, rate * g, beta);
    sum_norm.add_(sum(abs(s.s)));
  });
  average(k.r, rate * product, beta);
  k.d.copy_(where(sum_norm > 0, maximum(k.d, k.r / ((1 - beta) * sum_norm)), k.d));
  for_each(group, [&](const Tensor& p, const Tensor&, DAdaptAdamState& s) {
    decay_weights(p, rate, o.weight_decay);
    p.sub_(s.exp_avg / (sqrt(s.exp_avg_sq) + o.eps));
  });
}

}  // namespace descent::optim
