#include "descent/optim/wrapper/lookahead.h"

namespace descent::optim {

Lookahead::Lookahead(AnyOptimizer inner, const LookaheadOptions& options)
    : WrapperOf("Lookahead", std::move(inner), options) {
  check(options, Bounds(name()));
  common() = start();
}

void Lookahead::check(const LookaheadOptions& o, const Bounds& bounds) const {
  bounds.at_least("k", o.k, 1);
  bounds.between("alpha", o.alpha, 0, 1);
}

void Lookahead::before_step() {
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    if (!state(i).slow.defined()) state(i).slow = parameters()[i].detach().clone();
  }
}

void Lookahead::after_step() {
  common().step.add_(1);
  if (common().step.item<std::int64_t>() % options().k != 0) return;
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    const Tensor &p = parameters()[i], &slow = state(i).slow;
    slow.addcmul_(p - slow, options().alpha);
    p.copy_(slow);
  }
}

}  // namespace descent::optim
