#include "descent/optim/ademamix.h"

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<AdEMAMixOptions, AdEMAMixState>;

AdEMAMix::AdEMAMix(ParameterList parameters, const AdEMAMixOptions& options) : OptimizerOf("AdEMAMix") {
  add_group(std::move(parameters), options);
}

void AdEMAMix::check(const AdEMAMixOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("betas[0]", o.betas[0], 0, 1);
  bounds.within("betas[1]", o.betas[1], 0, 1);
  bounds.within("betas[2]", o.betas[2], 0, 1);
  bounds.at_least("alpha", o.alpha, 0);
  bounds.at_least("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);

  bounds.at_least("alpha_warmup", static_cast<double>(o.alpha_warmup), 0);
  bounds.at_least("beta3_warmup", static_cast<double>(o.beta3_warmup), 0);
  if (o.beta3_warmup > 0) {
    bounds.above("betas[0]", o.betas[0], 0);
    bounds.above("betas[2]", o.betas[2], 0);
  }
}

AdEMAMixState AdEMAMix::start(const Tensor& p, const AdEMAMixOptions&) const {
  return {
      .step = step_count(), .exp_avg_fast = zeros_like(p), .exp_avg_slow = zeros_like(p), .exp_avg_sq = zeros_like(p)};
}

void AdEMAMix::update(const Tensor& p, const Tensor& g, AdEMAMixState& s, const AdEMAMixOptions& o) const {
  const auto& [beta1, beta2, beta3] = o.betas;
  s.step.add_(1);
  const Tensor alpha = o.alpha_warmup > 0 ? o.alpha * minimum(s.step / o.alpha_warmup, 1) : o.alpha;
  const Tensor beta =
      o.beta3_warmup > 0 ? exp(1 / lerp(1 / log(beta1), 1 / log(beta3), minimum(s.step / o.beta3_warmup, 1))) : beta3;
  average(s.exp_avg_fast, g, beta1);
  average(s.exp_avg_slow, g, beta);
  average_square(s.exp_avg_sq, g, beta2);
  const Tensor m = addcmul(debiased(s.exp_avg_fast, beta1, s.step), s.exp_avg_slow, alpha);
  decay_weights(p, o.lr, o.weight_decay);
  p.addcmul_(m / (sqrt(debiased(s.exp_avg_sq, beta2, s.step)) + o.eps), -o.lr);
}

}  // namespace descent::optim
