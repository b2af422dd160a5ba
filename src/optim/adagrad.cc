#include "descent/optim/adagrad.h"

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<AdagradOptions, AdagradState>;

Adagrad::Adagrad(ParameterList parameters, const AdagradOptions& options) : OptimizerOf("Adagrad") {
  add_group(std::move(parameters), options);
}

void Adagrad::check(const AdagradOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("lr_decay", o.lr_decay, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
  bounds.at_least("initial_accumulator_value", o.initial_accumulator_value, 0);
  bounds.at_least("eps", o.eps, 0);
}

AdagradState Adagrad::start(const Tensor& p, const AdagradOptions& o) const {
  return {.step = step_count(), .sum = full_like(p, o.initial_accumulator_value)};
}

void Adagrad::update(const Tensor& p, const Tensor& gradient, AdagradState& s, const AdagradOptions& o) const {
  s.step.add_(1);
  const Tensor g = with_weight_decay(gradient, p, o.weight_decay);
  const Tensor lr = o.lr / (1 + (s.step - 1) * o.lr_decay);
  s.sum.addcmul_(g, g);
  p.addcmul_(g / (sqrt(s.sum) + o.eps), -lr);
}

}  // namespace descent::optim
