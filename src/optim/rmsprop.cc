#include "descent/optim/rmsprop.h"

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<RMSpropOptions, RMSpropState>;

RMSprop::RMSprop(ParameterList parameters, const RMSpropOptions& options) : OptimizerOf("RMSprop") {
  add_group(std::move(parameters), options);
}

void RMSprop::check(const RMSpropOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.between("alpha", o.alpha, 0, 1);
  bounds.at_least("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
  bounds.at_least("momentum", o.momentum, 0);
}

RMSpropState RMSprop::start(const Tensor& p, const RMSpropOptions& o) const {
  return {.step = step_count(),
          .square_avg = zeros_like(p),
          .momentum_buffer = {},
          .grad_avg = o.centered ? zeros_like(p) : Tensor()};
}

void RMSprop::update(const Tensor& p, const Tensor& gradient, RMSpropState& s, const RMSpropOptions& o) const {
  s.step.add_(1);
  const Tensor g = with_weight_decay(gradient, p, o.weight_decay);
  average_square(s.square_avg, g, o.alpha);
  if (o.centered) {
    make_once(s.grad_avg, p, 0);
    average(s.grad_avg, g, o.alpha);
  }
  const Tensor v = o.centered ? addcmul(s.square_avg, s.grad_avg, -s.grad_avg) : s.square_avg;
  const Tensor scaled = g / (sqrt(v) + o.eps);
  if (!o.momentum) {
    p.addcmul_(scaled, -o.lr);
    return;
  }
  Tensor& b = s.momentum_buffer;
  make_once(b, scaled, kEmptySum);
  b.mul_(o.momentum).add_(scaled);
  p.addcmul_(b, -o.lr);
}

}  // namespace descent::optim
