#pragma once

#include <array>

#include "descent/optim/momo.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct MoMoAdamOptions {
  Scalar lr = 1e-2;                            // the longest step, at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // each at least 0 and below 1
  Scalar eps = 1e-8;                           // above 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  Scalar lower_bound = 0;                      // f*, of the loss
  bool adapt_lower_bound = false;              // whether to estimate f*, never below lower_bound
  bool maximize = false;                       // the bound is then of the negative of the loss
};

struct MoMoAdamState {
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
};

/// MoMo-Adam (Schaipp et al., 2023): Adam whose step is as long as the averages of losses and gradients say that the
/// loss can fall, f* being the least it can be.
///
///   f <- beta1 f + (1 - beta1) (the loss)
///   q <- beta1 q + (1 - beta1) <g, p>
///   m <- beta1 m + (1 - beta1) g
///   v <- beta2 v + (1 - beta2) g^2
///   d = sqrt(v / (1 - beta2^t)) + eps
///   gap = (1 + lr lambda) (f - (1 - beta1^t) f* - q) + <m, p>
///   step = min(lr / (1 - beta1^t), max(gap, 0) / <m, m / d>)      (0 where m is 0)
///   p <- (p - step m / d) / (1 + lr lambda)
///
/// What is said of groups, of step() and of adapt_lower_bound at MoMo holds here, with <m, m / d> for ||m||^2.
///
/// Choose it in Adam's place where a good rate is not known but a bound of the loss is, as 0 for most.
///
/// Source: Schaipp et al., MoMo: Momentum Models for Adaptive Learning Rates, 2023, arXiv:2305.07583; fabian-sp/MoMo.
/// Optax's momo_adam does not divide the step by 1 + lr lambda.
class MoMoAdam final : public OptimizerOf<MoMoAdamOptions, MoMoAdamState, MoMoGroupState> {
 public:
  explicit MoMoAdam(ParameterList parameters, const MoMoAdamOptions& options = {});

 private:
  void check(const MoMoAdamOptions& o, const Bounds& bounds) const override;
  MoMoAdamState start(const Tensor& p, const MoMoAdamOptions& o) const override;
  MoMoGroupState start_group(const MoMoAdamOptions& o) const override;
  void update_group(Group& group, const Tensor& loss) const override;
};

extern template class OptimizerOf<MoMoAdamOptions, MoMoAdamState, MoMoGroupState>;

}  // namespace optim
}  // namespace descent
