#include "descent/optim/noisy_sgd.h"

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<NoisySGDOptions, NoisySGDState>;

NoisySGD::NoisySGD(ParameterList parameters, const NoisySGDOptions& options) : OptimizerOf("NoisySGD") {
  add_group(std::move(parameters), options);
}

void NoisySGD::check(const NoisySGDOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("eta", o.eta, 0);
  bounds.at_least("gamma", o.gamma, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

NoisySGDState NoisySGD::start(const Tensor&, const NoisySGDOptions&) const { return {.step = step_count()}; }

void NoisySGD::update(const Tensor& p, const Tensor& g, NoisySGDState& s, const NoisySGDOptions& o) const {
  s.step.add_(1);
  const Tensor deviation = sqrt(o.eta / pow(s.step, o.gamma));
  p.addcmul_(addcmul(with_weight_decay(g, p, o.weight_decay), randn_like(p), deviation), -o.lr);
}

}  // namespace descent::optim
