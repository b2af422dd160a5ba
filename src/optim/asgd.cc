#include "descent/optim/asgd.h"

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<ASGDOptions, ASGDState>;

ASGD::ASGD(ParameterList parameters, const ASGDOptions& options) : OptimizerOf("ASGD") {
  add_group(std::move(parameters), options);
}

void ASGD::check(const ASGDOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("lambd", o.lambd, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

ASGDState ASGD::start(const Tensor& p, const ASGDOptions& o) const {
  return {.step = step_count(), .eta = full_like(o.lr, o.lr), .mu = full_like(o.lr, 1), .ax = zeros_like(p)};
}

void ASGD::update(const Tensor& p, const Tensor& gradient, ASGDState& s, const ASGDOptions& o) const {
  s.step.add_(1);
  const Tensor g = with_weight_decay(gradient, p, o.weight_decay);
  p.mul_(1 - o.lambd * s.eta).addcmul_(g, -s.eta);
  s.ax.copy_(where(s.mu == 1, p, lerp(s.ax, p, s.mu)));  // exactly p until averaging begins
  s.eta.copy_(o.lr / pow(1 + o.lambd * o.lr * s.step, o.alpha));
  s.mu.copy_(1 / maximum(s.step - o.t0, 1));
}

}  // namespace descent::optim
