#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct OptimisticAdamOptions {
  Scalar lr = 1e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // each at least 0 and below 1
  Scalar eps = 1e-8;                           // at least 0
  Scalar alpha = 1;                            // the weight of the direction, at least 0
  Scalar beta = 1;                             // the weight of its change, at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  bool maximize = false;
};

struct OptimisticAdamState {
  Tensor step;        // t
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
  Tensor previous;    // d
};

/// Optimistic Adam (Daskalakis et al., 2017): Adam with a step along the direction to be expected next.
///
///   p <- p - lr lambda p
///   d = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)                 (Adam's)
///   p <- p - lr ((alpha + beta) d - beta (d of the step before))            (alpha d in the first step)
///
/// Choose it for games between two players, generative adversarial networks for one.
///
/// Source: Daskalakis et al., Training GANs with Optimism, 2017, arXiv:1711.00141; Optax's optimistic_adam_v2 without
/// its Nesterov momentum.
class OptimisticAdam final : public OptimizerOf<OptimisticAdamOptions, OptimisticAdamState> {
 public:
  explicit OptimisticAdam(ParameterList parameters, const OptimisticAdamOptions& options = {});

 private:
  void check(const OptimisticAdamOptions& o, const Bounds& bounds) const override;
  OptimisticAdamState start(const Tensor& p, const OptimisticAdamOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, OptimisticAdamState& s, const OptimisticAdamOptions& o) const override;
};

extern template class OptimizerOf<OptimisticAdamOptions, OptimisticAdamState>;

}  // namespace optim
}  // namespace descent
