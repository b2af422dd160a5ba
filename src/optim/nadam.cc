#include "descent/optim/nadam.h"

#include "descent/create.h"
#include "optim/adam_step.h"

namespace descent::optim {

template class OptimizerOf<NAdamOptions, NAdamState>;

NAdam::NAdam(ParameterList parameters, const NAdamOptions& options) : OptimizerOf("NAdam") {
  add_group(std::move(parameters), options);
}

void NAdam::check(const NAdamOptions& o, const Bounds& bounds) const {
  adam_check(o, bounds);
  bounds.at_least("momentum_decay", o.momentum_decay, 0);
}

NAdamState NAdam::start(const Tensor& p, const NAdamOptions& o) const {
  return {
      .step = step_count(), .mu_product = full_like(o.lr, 1), .exp_avg = zeros_like(p), .exp_avg_sq = zeros_like(p)};
}

void NAdam::update(const Tensor& p, const Tensor& gradient, NAdamState& s, const NAdamOptions& o) const {
  const auto& [beta1, beta2] = o.betas;
  s.step.add_(1);
  const Tensor g = decayed(gradient, p, o);
  const auto mu_at = [&](const Tensor& t) { return o.betas[0] * (1 - 0.5 * pow(0.96, t * o.momentum_decay)); };
  const Tensor mu = mu_at(s.step), mu_next = mu_at(s.step + 1);
  s.mu_product.mul_(mu);
  average(s.exp_avg, g, beta1);
  average_square(s.exp_avg_sq, g, beta2);
  const Tensor direction = g * ((1 - mu) / (1 - s.mu_product)) + s.exp_avg * (mu_next / (1 - s.mu_product * mu_next));
  p.addcmul_(direction / (sqrt(s.exp_avg_sq / (1 - pow(beta2, s.step))) + o.eps), -o.lr);
}

}  // namespace descent::optim
