#include "descent/optim/wrapper/skip_non_finite.h"

#include <utility>

#include "descent/create.h"
#include "ops/check.h"
#include "optim/undo.h"
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
  Undo counts, undo;
  const Tensor finite = count(counts);
  GradientSwap gradients(parameters(), own_gradients_);
  gradients.swap([&](std::size_t i) { return finite_gradient(parameters()[i], finite); });
  keep(undo);
  inner().step();
  undo_unless(finite, undo);
  counts.done();
}

Tensor SkipNonFinite::step(Closure closure) {
  const Tensor loss = evaluate(closure);
  Undo counts, undo;
  const Tensor finite = count(counts);
  GradientSwap gradients(parameters(), own_gradients_);
  const auto swap = [&] { gradients.swap([&](std::size_t i) { return finite_gradient(parameters()[i], finite); }); };
  swap();
  keep(undo);
  bool evaluated = false;
  inner().step([&] {
    if (!std::exchange(evaluated, true)) return loss;
    gradients.swap_back();
    const Tensor again = evaluate(closure);
    swap();
    return again;
  });
  undo_unless(finite, undo);
  counts.done();
  return loss;
}

Tensor SkipNonFinite::count(Undo& undo) {
  const NoGrad no_grad;
  const auto& [consecutive, total] = common();
  Tensor finite = ones({}, {.dtype = boolean});
  for (const Tensor& p : parameters()) {
    const Tensor g = p.grad();
    if (g.defined()) finite = finite && all(isfinite(g));
  }
  const Tensor in_a_row = where(finite, 0, consecutive + 1), skipped = (!finite).to(float64);
  {
    const WithObserver nobody(nullptr);
    undo.keep(consecutive);
    undo.keep(total);
  }
  consecutive.copy_(in_a_row);
  total.add_(skipped);
  const std::int64_t most = options().max_consecutive;
  try {
    descent::check(
        consecutive, consecutive <= most,
        {name(), nullptr, "the gradients of % steps in a row were not finite; max_consecutive = %", {most + 1, most}});
  } catch (const OutOfMemory&) {
    throw;
  } catch (const Error&) {
    undo.done();  // it counts
    throw;
  }
  return finite;
}

void SkipNonFinite::keep(Undo& undo) {
  inner().make_state();
  for (const Tensor& p : parameters()) undo.keep(p);
  inner().for_each_state([&](const Tensor& tensor) { undo.keep(tensor); });
}

// By selection, so that nobody waits for the answer.
void SkipNonFinite::undo_unless(const Tensor& finite, Undo& undo) {
  const NoGrad no_grad;
  for (const auto& [tensor, before] : undo.kept()) tensor.copy_(where(finite, tensor, before));
  undo.done();
}

}  // namespace descent::optim
