#include "descent/optim/sign_sgd.h"

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<SignSGDOptions, SignSGDState>;

SignSGD::SignSGD(ParameterList parameters, const SignSGDOptions& options) : OptimizerOf("SignSGD") {
  add_group(std::move(parameters), options);
}

void SignSGD::check(const SignSGDOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("momentum", o.momentum, 0, 1);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

SignSGDState SignSGD::start(const Tensor& p, const SignSGDOptions& o) const {
  return {.momentum_buffer = o.momentum ? zeros_like(p) : Tensor()};
}

void SignSGD::update(const Tensor& p, const Tensor& g, SignSGDState& s, const SignSGDOptions& o) const {
  decay_weights(p, o.lr, o.weight_decay);
  if (!o.momentum) {
    p.addcmul_(sign(g), -o.lr);
    return;
  }
  make_once(s.momentum_buffer, p, 0);
  average(s.momentum_buffer, g, o.momentum);
  p.addcmul_(sign(s.momentum_buffer), -o.lr);
}

}  // namespace descent::optim
