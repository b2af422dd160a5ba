#include "descent/optim/wrapper/gradient_centralization.h"

#include "optim/wrapper/gradient_swap.h"

namespace descent::optim {
namespace {

Tensor centralized(const Tensor& g) {
  if (!g.defined() || g.dim() < 2 || g.numel() == g.size(0)) return g;
  const NoGrad no_grad;
  Dims dims;
  for (int dim = 1; dim < g.dim(); ++dim) dims.push_back(dim);
  return g - mean(g, dims, true);
}

}  // namespace

GradientCentralization::GradientCentralization(AnyOptimizer inner)
    : WrapperOf("GradientCentralization", std::move(inner), {}) {
  begin();
}

void GradientCentralization::step() {
  GradientSwap gradients(parameters(), own_gradients_);
  gradients.swap([&](std::size_t i) { return centralized(parameters()[i].grad()); });
  inner().step();
}

Tensor GradientCentralization::step(Closure closure) {
  GradientSwap gradients(parameters(), own_gradients_);
  return inner().step([&] {
    gradients.swap_back();
    const Tensor loss = evaluate(closure);
    gradients.swap([&](std::size_t i) { return centralized(parameters()[i].grad()); });
    return loss;
  });
}

}  // namespace descent::optim
