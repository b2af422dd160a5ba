#include "descent/optim/lion.h"

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<LionOptions, LionState>;

Lion::Lion(ParameterList parameters, const LionOptions& options) : OptimizerOf("Lion") {
  add_group(std::move(parameters), options);
}

void Lion::check(const LionOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("betas[0]", o.betas[0], 0, 1);
  bounds.within("betas[1]", o.betas[1], 0, 1);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

LionState Lion::start(const Tensor& p, const LionOptions&) const { return {.exp_avg = zeros_like(p)}; }

void Lion::update(const Tensor& p, const Tensor& g, LionState& s, const LionOptions& o) const {
  const auto& [beta1, beta2] = o.betas;
  decay_weights(p, o.lr, o.weight_decay);
  p.addcmul_(sign(lerp(g, s.exp_avg, beta1)), -o.lr);
  average(s.exp_avg, g, beta2);
}

}  // namespace descent::optim
