#include "descent/optim/adan.h"

#include "core/host.h"
#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<AdanOptions, AdanState>;

Adan::Adan(ParameterList parameters, const AdanOptions& options) : OptimizerOf("Adan") {
  add_group(std::move(parameters), options);
}

void Adan::check(const AdanOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("betas[0]", o.betas[0], 0, 1);
  bounds.within("betas[1]", o.betas[1], 0, 1);
  bounds.within("betas[2]", o.betas[2], 0, 1);
  bounds.at_least("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

AdanState Adan::start(const Tensor& p, const AdanOptions&) const {
  return {.step = step_count(),
          .exp_avg = zeros_like(p),
          .exp_avg_diff = zeros_like(p),
          .exp_avg_sq = zeros_like(p),
          .previous_grad = zeros_like(p)};
}

void Adan::update(const Tensor& p, const Tensor& g, AdanState& s, const AdanOptions& o) const {
  const auto& [beta1, beta2, beta3] = o.betas;
  if (!is_nonzero(s.step)) s.previous_grad.copy_(g);
  const Tensor d = g - s.previous_grad;
  s.previous_grad.copy_(g);
  s.step.add_(1);
  average(s.exp_avg, g, beta1);
  average(s.exp_avg_diff, d, beta2);
  average_square(s.exp_avg_sq, addcmul(g, d, beta2), beta3);
  const Tensor m = addcmul(debiased(s.exp_avg, beta1, s.step), debiased(s.exp_avg_diff, beta2, s.step), beta2);
  p.addcmul_(m / (sqrt(debiased(s.exp_avg_sq, beta3, s.step)) + o.eps), -o.lr);
  if (o.weight_decay) p.div_(1 + o.lr * o.weight_decay);
}

}  // namespace descent::optim
