#include "descent/optim/ftrl.h"

#include "descent/create.h"

namespace descent::optim {

template class OptimizerOf<FtrlOptions, FtrlState>;

Ftrl::Ftrl(ParameterList parameters, const FtrlOptions& options) : OptimizerOf("Ftrl") {
  add_group(std::move(parameters), options);
}

void Ftrl::check(const FtrlOptions& o, const Bounds& bounds) const {
  bounds.above("lr", o.lr, 0);
  bounds.at_most("learning_rate_power", o.learning_rate_power, 0);
  bounds.at_least("initial_accumulator_value", o.initial_accumulator_value, 0);
  bounds.at_least("l1_regularization_strength", o.l1_regularization_strength, 0);
  bounds.at_least("l2_regularization_strength", o.l2_regularization_strength, 0);
  bounds.at_least("l2_shrinkage_regularization_strength", o.l2_shrinkage_regularization_strength, 0);
  bounds.at_least("beta", o.beta, 0);
}

FtrlState Ftrl::start(const Tensor& p, const FtrlOptions& o) const {
  return {.accumulator = full_like(p, o.initial_accumulator_value), .linear = zeros_like(p)};
}

void Ftrl::update(const Tensor& p, const Tensor& g, FtrlState& s, const FtrlOptions& o) const {
  const Scalar& l1 = o.l1_regularization_strength;
  const Tensor l2 = o.l2_regularization_strength + o.beta / (2 * o.lr);
  const bool is_root = o.learning_rate_power.equals(-0.5);
  const auto inverse_rate = [&] {
    return (is_root ? sqrt(s.accumulator) : pow(s.accumulator, -o.learning_rate_power)) / o.lr;
  };
  const Tensor before = inverse_rate();
  s.accumulator.addcmul_(g, g);
  const Tensor now = inverse_rate();
  s.linear.add_(g + p * (2 * o.l2_shrinkage_regularization_strength) - (now - before) * p);
  p.copy_((clamp(s.linear, -l1, l1) - s.linear) / (now + 2 * l2));
}

}  // namespace descent::optim
