#include "descent/optim/wrapper/gradient_accumulation.h"

#include "optim/wrapper/gradient_swap.h"

namespace descent::optim {

GradientAccumulation::GradientAccumulation(AnyOptimizer inner, const GradientAccumulationOptions& options)
    : WrapperOf("GradientAccumulation", std::move(inner), options) {
  check(options, Bounds(name()));
  common() = start();
}

void GradientAccumulation::check(const GradientAccumulationOptions& o, const Bounds& bounds) const {
  bounds.at_least("k", o.k, 1);
}

GradientAccumulationCommonState GradientAccumulation::start() const {
  return {.count = step_count(), .loss = step_count()};
}

void GradientAccumulation::step() {
  if (!accumulate()) return;
  GradientSwap gradients(parameters(), own_gradients_);
  gradients.swap([&](std::size_t i) { return mean_gradient(i); });
  inner().step();
  clear();
}

Tensor GradientAccumulation::step(Closure closure) {
  const Tensor loss = evaluate(closure);
  common().loss.add_(loss.reshape({}));
  if (!accumulate()) return loss;
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

bool GradientAccumulation::accumulate() {
  const NoGrad no_grad;
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    const Tensor g = parameters()[i].grad();
    Tensor& sum = state(i).sum;
    if (!g.defined()) continue;
    if (sum.defined())
      sum.add_(g);
    else
      sum = g.detach().clone();
  }
  common().count.add_(1);
  return common().count.item<std::int64_t>() >= options().k;
}

Tensor GradientAccumulation::mean_gradient(std::size_t parameter) {
  const NoGrad no_grad;
  const Tensor& sum = state(parameter).sum;
  return sum.defined() ? sum / options().k : Tensor();
}

void GradientAccumulation::clear() {
  common() = start();
  for (std::size_t i = 0; i < parameters().size(); ++i) state(i).sum = {};
}

}  // namespace descent::optim
