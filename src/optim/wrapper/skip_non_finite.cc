#include "descent/optim/wrapper/skip_non_finite.h"

#include <utility>

#include "descent/create.h"
#include "ops/check.h"
#include "optim/wrapper/gradient_swap.h"

namespace descent::optim {
namespace {

// Zeros where some gradient is not finite: rules that refuse such numbers are not to meet them.
Tensor finite_gradient(const Tensor& p, const Tensor& finite) {
  const NoGrad no_grad;
  const Tensor g = p.grad();
  return g.defined() ? where(finite, g, 0) : g;
}

}  // namespace

SkipNonFinite::SkipNonFinite(AnyOptimizer inner, const SkipNonFiniteOptions& options)
    : WrapperOf("SkipNonFinite", std::move(inner), options) {
  begin();
}

void SkipNonFinite::check(const SkipNonFiniteOptions& o, const Bounds& bounds) const {
  bounds.at_least("max_consecutive", o.max_consecutive, 0);
}

SkipNonFiniteCommonState SkipNonFinite::start() const { return {.consecutive = step_count(), .total = step_count()}; }

void SkipNonFinite::step() {
  const Tensor finite = count();
  GradientSwap gradients(parameters(), own_gradients_);
  gradients.swap([&](std::size_t i) { return finite_gradient(parameters()[i], finite); });
  keep();
  inner().step();
  undo_unless(finite);
}

Tensor SkipNonFinite::step(Closure closure) {
  const Tensor loss = evaluate(closure);
  const Tensor finite = count();
  GradientSwap gradients(parameters(), own_gradients_);
  const auto swap = [&] { gradients.swap([&](std::size_t i) { return finite_gradient(parameters()[i], finite); }); };
  swap();
  keep();
  bool evaluated = false;
  inner().step([&] {
    if (!std::exchange(evaluated, true)) return loss;
    gradients.swap_back();
    const Tensor again = evaluate(closure);
    swap();
    return again;
  });
  undo_unless(finite);
  return loss;
}

Tensor SkipNonFinite::count() {
  const NoGrad no_grad;
  const auto& [consecutive, total] = common();
  Tensor finite = ones({}, {.dtype = boolean});
  for (const Tensor& p : parameters()) {
    const Tensor g = p.grad();
    if (g.defined()) finite = finite && all(isfinite(g));
  }
  consecutive.copy_(where(finite, 0, consecutive + 1));
  total.add_((!finite).to(float64));
  const std::int64_t most = options().max_consecutive;
  descent::check(
      consecutive, consecutive <= most,
      {name(), nullptr, "the gradients of % steps in a row were not finite; max_consecutive = %", {most + 1, most}});
  return finite;
}

void SkipNonFinite::keep() {
  const NoGrad no_grad;
  inner().make_state();
  before_.clear();
  const auto copy = [&](const Tensor& tensor) { before_.emplace_back(tensor, tensor.detach().clone()); };
  for (const Tensor& p : parameters()) copy(p);
  inner().for_each_state(copy);
}

void SkipNonFinite::undo_unless(const Tensor& finite) {
  const NoGrad no_grad;
  for (const auto& [tensor, before] : before_) tensor.copy_(where(finite, tensor, before));
  before_.clear();
}

}  // namespace descent::optim
