#include "descent/optim/wrapper/lookahead.h"

#include "core/copy.h"
#include "core/host.h"

namespace descent::optim {

Lookahead::Lookahead(AnyOptimizer inner, const LookaheadOptions& options)
    : WrapperOf("Lookahead", std::move(inner), options) {
  begin();
}

void Lookahead::check(const LookaheadOptions& o, const Bounds& bounds) const {
  bounds.at_least("k", o.k, 1);
  bounds.between("alpha", o.alpha, 0, 1);
}

void Lookahead::before_step() {
  number_1();  // is made before the step of the optimizer inside
  follows_ = is_multiple(common().step, options().k, 1);
  if (is_nonzero(common().step)) return;
  for (std::size_t i = 0; i < parameters().size(); ++i) state(i).slow.copy_(parameters()[i]);
}

void Lookahead::after_step() {
  common().step.add_(number_1());
  if (!follows_) return;
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    const Tensor &p = parameters()[i], &slow = state(i).slow;
    slow.addcmul_(p - slow, options().alpha);
    p.copy_(slow);
  }
}

}  // namespace descent::optim
