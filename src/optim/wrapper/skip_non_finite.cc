#include "descent/optim/wrapper/skip_non_finite.h"

#include <algorithm>

#include "optim/wrapper/evaluated.h"

namespace descent::optim {

SkipNonFinite::SkipNonFinite(AnyOptimizer inner, const SkipNonFiniteOptions& options)
    : WrapperOf("SkipNonFinite", std::move(inner), options) {
  begin();
}

void SkipNonFinite::check(const SkipNonFiniteOptions& o, const Bounds& bounds) const {
  bounds.at_least("max_consecutive", o.max_consecutive, 0);
}

SkipNonFiniteCommonState SkipNonFinite::start() const { return {.consecutive = step_count(), .total = step_count()}; }

void SkipNonFinite::step() {
  if (all_finite()) inner().step();
}

Tensor SkipNonFinite::step(Closure closure) {
  const Tensor loss = evaluate(closure);
  if (all_finite()) inner().step(Evaluated(loss, closure));
  return loss;
}

bool SkipNonFinite::all_finite() {
  const NoGrad no_grad;
  const auto& [consecutive, total] = common();
  const bool finite = std::all_of(parameters().begin(), parameters().end(), [](const Tensor& p) {
    const Tensor g = p.grad();
    return !g.defined() || all(isfinite(g)).item<bool>();
  });
  if (finite) {
    consecutive.zero_();
    return true;
  }
  consecutive.add_(1);
  total.add_(1);
  if (consecutive.item<std::int64_t>() > options().max_consecutive) {
    fail(name(), ": the gradients of ", consecutive.item<std::int64_t>(),
         " steps in a row were not finite; max_consecutive = ", options().max_consecutive);
  }
  return false;
}

}  // namespace descent::optim
