#include "descent/optim/lars.h"

#include "descent/create.h"
#include "optim/norms.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<LARSOptions, LARSState>;

LARS::LARS(ParameterList parameters, const LARSOptions& options) : OptimizerOf("LARS") {
  add_group(std::move(parameters), options);
}

void LARS::check(const LARSOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("momentum", o.momentum, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
  bounds.above("trust_coefficient", o.trust_coefficient, 0);
}

LARSState LARS::start(const Tensor& p, const LARSOptions&) const { return {.momentum_buffer = zeros_like(p)}; }

void LARS::update(const Tensor& p, const Tensor& g, LARSState& s, const LARSOptions& o) const {
  const Tensor p_norm = norm(p);
  const Tensor g_norm = norm(g);
  const Tensor local =
      trust_ratio(o.trust_coefficient * p_norm, where(g_norm > 0, g_norm + o.weight_decay * p_norm, 0));
  const Tensor d = o.lr * local * with_weight_decay(g, p, o.weight_decay);
  s.momentum_buffer.mul_(o.momentum).add_(d);
  p.sub_(o.nesterov ? addcmul(d, s.momentum_buffer, o.momentum) : s.momentum_buffer);
}

}  // namespace descent::optim
