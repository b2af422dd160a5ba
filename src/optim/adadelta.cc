#include "descent/optim/adadelta.h"

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<AdadeltaOptions, AdadeltaState>;

Adadelta::Adadelta(ParameterList parameters, const AdadeltaOptions& options) : OptimizerOf("Adadelta") {
  add_group(std::move(parameters), options);
}

void Adadelta::check(const AdadeltaOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.between("rho", o.rho, 0, 1);
  bounds.at_least("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

AdadeltaState Adadelta::start(const Tensor& p, const AdadeltaOptions&) const {
  return {.step = step_count(), .square_avg = zeros_like(p), .acc_delta = zeros_like(p)};
}

void Adadelta::update(const Tensor& p, const Tensor& gradient, AdadeltaState& s, const AdadeltaOptions& o) const {
  s.step.add_(1);
  const Tensor g = with_weight_decay(gradient, p, o.weight_decay);
  average_square(s.square_avg, g, o.rho);
  const Tensor delta = sqrt(s.acc_delta + o.eps) / sqrt(s.square_avg + o.eps) * g;
  average_square(s.acc_delta, delta, o.rho);
  p.addcmul_(delta, -o.lr);
}

}  // namespace descent::optim
