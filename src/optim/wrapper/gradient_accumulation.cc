#include "descent/optim/wrapper/gradient_accumulation.h"

#include "core/copy.h"
#include "core/host.h"
#include "optim/step.h"
#include "optim/undo.h"
#include "optim/wrapper/gradient_swap.h"

namespace descent::optim {

GradientAccumulation::GradientAccumulation(AnyOptimizer inner, const GradientAccumulationOptions& options)
    : WrapperOf("GradientAccumulation", std::move(inner), options), has_gradient_(parameters().size()) {
  begin();
}

void GradientAccumulation::check(const GradientAccumulationOptions& o, const Bounds& bounds) const {
  bounds.at_least("k", o.k, 1);
}

GradientAccumulationCommonState GradientAccumulation::start() const {
  return {.count = step_count(), .loss = step_count()};
}

GradientAccumulationState GradientAccumulation::start(const Tensor& p) const {
  return {.sum = full_like(p, kEmptySum), .batches = step_count()};
}

void GradientAccumulation::step() {
  const bool last = is_last();
  Undo undo;
  if (last) keep(undo);
  accumulate({});
  if (!last) return;
  step_inner([&] { inner().step(); });
  undo.done();
}

Tensor GradientAccumulation::step(Closure closure) {
  const bool last = is_last();
  const Tensor loss = evaluate(closure);
  Undo undo;
  if (last) keep(undo);
  accumulate(loss.reshape({}).to(float64));
  if (!last) return loss;
  bool evaluated = false;
  step_inner([&] {
    inner().step([&] {
      if (std::exchange(evaluated, true)) {
        fail(name(), ": the optimizer inside evaluates the loss a second time, but its batches are gone");
      }
      return common().loss / options().k;
    });
  });
  undo.done();
  return loss;
}

bool GradientAccumulation::is_last() {
  const bool last = is_at_least(common().count, options().k - 1);
  for (std::size_t i = 0; last && i < parameters().size(); ++i) has_gradient_[i] = is_nonzero(state(i).batches);
  return last;
}

void GradientAccumulation::keep(Undo& undo) {
  const WithObserver nobody(nullptr);
  for_each_tensor(common(), [&](const Tensor& tensor) { undo.keep(tensor); });
  for (std::size_t i = 0; i < parameters().size(); ++i)
    for_each_tensor(state(i), [&](const Tensor& tensor) { undo.keep(tensor); });
}

// What is added is there before anything changes.
void GradientAccumulation::accumulate(const Tensor& loss) {
  const NoGrad no_grad;
  const Tensor& one = number_1();
  if (loss.defined()) common().loss.add_(loss);
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    const Tensor g = parameters()[i].grad();
    if (!g.defined()) continue;
    state(i).sum.add_(g);
    state(i).batches.add_(one);
    has_gradient_[i] = true;
  }
  common().count.add_(one);
}

// With the mean of the gradients; then the sums begin anew.
void GradientAccumulation::step_inner(FunctionRef<void()> step) {
  const Tensor empty = kEmptySum;
  number_0();
  {
    GradientSwap gradients(parameters(), own_gradients_);
    gradients.swap([&](std::size_t i) { return mean_gradient(i); });
    step();
  }
  const NoGrad no_grad;
  common().count.zero_();
  common().loss.zero_();
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    state(i).sum.fill_(empty);
    state(i).batches.zero_();
  }
}

Tensor GradientAccumulation::mean_gradient(std::size_t parameter) {
  const NoGrad no_grad;
  return has_gradient_[parameter] ? state(parameter).sum / options().k : Tensor();
}

}  // namespace descent::optim
