#include "descent/optim/mars.h"

#include "core/host.h"
#include "optim/adam_direction.h"
#include "optim/adam_step.h"

namespace descent::optim {

template class OptimizerOf<MARSOptions, MARSState>;

MARS::MARS(ParameterList parameters, const MARSOptions& options) : OptimizerOf("MARS") {
  add_group(std::move(parameters), options);
}

void MARS::check(const MARSOptions& o, const Bounds& bounds) const {
  adam_check(o, bounds);
  bounds.at_least("gamma", o.gamma, 0);
}

MARSState MARS::start(const Tensor& p, const MARSOptions&) const {
  return {.step = step_count(), .exp_avg = zeros_like(p), .exp_avg_sq = zeros_like(p), .previous_grad = zeros_like(p)};
}

void MARS::update(const Tensor& p, const Tensor& g, MARSState& s, const MARSOptions& o) const {
  if (!is_nonzero(s.step)) s.previous_grad.copy_(g);
  const Tensor c = addcmul(g, g - s.previous_grad, o.gamma * o.betas[0] / (1 - o.betas[0]));
  s.previous_grad.copy_(g);
  decay_weights(p, o.lr, o.weight_decay);
  p.addcmul_(adam_direction(c / clamp_min(norm(c), 1), s, o), -o.lr);
}

}  // namespace descent::optim
