#include "descent/optim/wrapper/gradient_accumulation.h"

#include "core/host.h"
#include "optim/step.h"
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
  accumulate();
  if (!last) return;
  GradientSwap gradients(parameters(), own_gradients_);
  gradients.swap([&](std::size_t i) { return mean_gradient(i); });
  inner().step();
  clear();
}

Tensor GradientAccumulation::step(Closure closure) {
  const bool last = is_last();
  const Tensor loss = evaluate(closure);
  common().loss.add_(loss.reshape({}));
  accumulate();
  if (!last) return loss;
  GradientSwap gradients(parameters(), own_gradients_);
  gradients.swap([&](std::size_t i) { return mean_gradient(i); });
  bool evaluated = false;
  inner().step([&] {
    if (std::exchange(evaluated, true)) {
      fail(name(), ": the optimizer inside evaluates the loss a second time, but its batches are gone");
    }
    return common().loss / options().k;
  });
  clear();
  return loss;
}

bool GradientAccumulation::is_last() {
  const bool last = is_at_least(common().count, options().k - 1);
  for (std::size_t i = 0; last && i < parameters().size(); ++i) has_gradient_[i] = is_nonzero(state(i).batches);
  return last;
}

void GradientAccumulation::accumulate() {
  const NoGrad no_grad;
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    const Tensor g = parameters()[i].grad();
    if (!g.defined()) continue;
    state(i).sum.add_(g);
    state(i).batches.add_(1);
    has_gradient_[i] = true;
  }
  common().count.add_(1);
}

Tensor GradientAccumulation::mean_gradient(std::size_t parameter) {
  const NoGrad no_grad;
  return has_gradient_[parameter] ? state(parameter).sum / options().k : Tensor();
}

void GradientAccumulation::clear() {
  const NoGrad no_grad;
  common().count.zero_();
  common().loss.zero_();
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    state(i).sum.fill_(kEmptySum);
    state(i).batches.zero_();
  }
}

}  // namespace descent::optim
