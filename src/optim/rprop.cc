#include "descent/optim/rprop.h"

#include "descent/create.h"

namespace descent::optim {

template class OptimizerOf<RpropOptions, RpropState>;

Rprop::Rprop(ParameterList parameters, const RpropOptions& options) : OptimizerOf("Rprop") {
  add_group(std::move(parameters), options);
}

void Rprop::check(const RpropOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.above("etas[0]", o.etas[0], 0);
  bounds.within("etas[0]", o.etas[0], 0, 1);
  bounds.above("etas[1]", o.etas[1], 1);
  bounds.at_least("step_sizes[0]", o.step_sizes[0], 0);
  bounds.at_least("step_sizes[1]", o.step_sizes[1], o.step_sizes[0].value());
}

RpropState Rprop::start(const Tensor& p, const RpropOptions& o) const {
  return {.step = step_count(), .prev = zeros_like(p), .step_size = full_like(p, o.lr)};
}

void Rprop::update(const Tensor& p, const Tensor& gradient, RpropState& s, const RpropOptions& o) const {
  s.step.add_(1);
  const auto& [eta_minus, eta_plus] = o.etas;
  const auto& [smallest, largest] = o.step_sizes;
  const Tensor agreement = gradient * s.prev;
  const Tensor turned = agreement < 0;
  const Tensor step_size = where(turned, s.step_size * eta_minus,  //
                                 where(agreement > 0, s.step_size * eta_plus, s.step_size));
  s.step_size.copy_(clamp(step_size, smallest, largest));
  const Tensor g = where(turned, 0, gradient);
  p.addcmul_(sign(g), -s.step_size);
  s.prev.copy_(g);
}

}  // namespace descent::optim
