#include "descent/optim/sgd.h"

#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<SGDOptions, SGDState>;

SGD::SGD(ParameterList parameters, const SGDOptions& options) : OptimizerOf("SGD") {
  add_group(std::move(parameters), options);
}

void SGD::check(const SGDOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("momentum", o.momentum, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
  if (o.nesterov && (!o.momentum || o.dampening)) {
    fail(name(), ": nesterov wants momentum above 0 and dampening 0, not ", o.momentum.value(), " and ",
         o.dampening.value());
  }
}

SGDState SGD::start(const Tensor&, const SGDOptions&) const { return {}; }

void SGD::update(const Tensor& p, const Tensor& gradient, SGDState& s, const SGDOptions& o) const {
  const Tensor g = with_weight_decay(gradient, p, o.weight_decay);
  if (!o.momentum) {
    p.addcmul_(g, -o.lr);
    return;
  }
  Tensor& b = s.momentum_buffer;
  if (o.dampening) {
    make_once(b, g, kNone);
    const Tensor first = isnan(b);
    b.mul_(o.momentum).addcmul_(g, 1 - o.dampening);
    b.copy_(where(first, g, b));
  } else {
    make_once(b, g, kEmptySum);
    b.mul_(o.momentum).add_(g);
  }
  p.addcmul_(o.nesterov ? addcmul(g, b, o.momentum) : b, -o.lr);
}

}  // namespace descent::optim
