#include "descent/optim/prodigy.h"

#include "optim/adam_step.h"
#include "optim/norms.h"

namespace descent::optim {

template class OptimizerOf<ProdigyOptions, ProdigyState, ProdigyGroupState>;

Prodigy::Prodigy(ParameterList parameters, const ProdigyOptions& options) : OptimizerOf("Prodigy") {
  add_group(std::move(parameters), options);
}

void Prodigy::check(const ProdigyOptions& o, const Bounds& bounds) const {
  adam_check(o, bounds);
  bounds.above("d0", o.d0, 0);
  bounds.above("d_coef", o.d_coef, 0);
}

ProdigyState Prodigy::start(const Tensor& p, const ProdigyOptions&) const {
  return {.p0 = p.detach().clone(), .s = zeros_like(p), .exp_avg = zeros_like(p), .exp_avg_sq = zeros_like(p)};
}

ProdigyGroupState Prodigy::start_group(const ProdigyOptions& o) const {
  return {.step = step_count(), .d = full({}, o.d0, {.dtype = float64}), .r = group_sum()};
}

void Prodigy::update_group(Group& group, const Tensor&) const {
  const ProdigyOptions& o = group.options;
  ProdigyGroupState& k = group.state;
  const Scalar &beta1 = o.betas[0], &beta2 = o.betas[1];
  const Tensor beta3 = sqrt(beta2);
  k.step.add_(1);
  const Tensor d = k.d.clone();
  Tensor rate = d * o.lr;
  if (o.use_bias_correction) rate = rate * sqrt(1 - pow(beta2, k.step)) / (1 - pow(beta1, k.step));
  Tensor product = group_sum(), sum_norm = group_sum();
  for_each(group, [&](const Tensor& p, const Tensor& g, ProdigyState& s) {
    product.add_(dot(g, s.p0 - p));
    s.s.mul_(beta3).addcmul_(g, d / o.d0 * (o.safeguard_warmup ? d : rate));
    sum_norm.add_(sum(abs(s.s)));
    average(s.exp_avg, d * g, beta1);
    average_square(s.exp_avg_sq, d * g, beta2);
  });
  k.r.mul_(beta3).addcmul_(d / o.d0 * rate, product);
  k.d.copy_(where(sum_norm > 0, maximum(d, o.d_coef * k.r / sum_norm), d));
  for_each(group, [&](const Tensor& p, const Tensor&, ProdigyState& s) {
    decay_weights(p, rate, o.weight_decay);
    p.addcmul_(s.exp_avg / (sqrt(s.exp_avg_sq) + k.d * o.eps), -rate);
  });
}

}  // namespace descent::optim
