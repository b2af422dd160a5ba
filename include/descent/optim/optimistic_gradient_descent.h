#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct OptimisticGradientDescentOptions {
  Scalar lr = 1e-3;         // at least 0
  Scalar alpha = 1;         // the weight of the gradient, at least 0
  Scalar beta = 1;          // the weight of its change, at least 0
  Scalar weight_decay = 0;  // lambda, at least 0
  bool maximize = false;
};

struct OptimisticGradientDescentState {
  Tensor previous;  // the gradient
};

/// Optimistic gradient descent (Mokhtari et al., 2019): a step along the gradient to be expected next.
///
///   g <- g + lambda p
///   p <- p - lr ((alpha + beta) g - beta (g of the step before))      (g itself in the first step)
///
/// Choose it for games between two players, minimax problems, where plain gradient descent circles around the solution.
///
/// Source: Mokhtari et al., A Unified Analysis of Extra-gradient and Optimistic Gradient Methods for Saddle Point
/// Problems: Proximal Point Approach, 2019, arXiv:1901.08511; Optax's optimistic_gradient_descent.
class OptimisticGradientDescent final
    : public OptimizerOf<OptimisticGradientDescentOptions, OptimisticGradientDescentState> {
 public:
  explicit OptimisticGradientDescent(ParameterList parameters, const OptimisticGradientDescentOptions& options = {});

 private:
  void check(const OptimisticGradientDescentOptions& o, const Bounds& bounds) const override;
  OptimisticGradientDescentState start(const Tensor& p, const OptimisticGradientDescentOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, OptimisticGradientDescentState& s,
              const OptimisticGradientDescentOptions& o) const override;
};

extern template class OptimizerOf<OptimisticGradientDescentOptions, OptimisticGradientDescentState>;

}  // namespace optim
}  // namespace descent
