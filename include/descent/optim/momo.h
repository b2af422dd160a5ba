#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct MoMoOptions {
  Scalar lr = 1;                   // the longest step, at least 0
  Scalar beta = 0.9;               // at least 0 and below 1
  Scalar weight_decay = 0;         // lambda, at least 0
  Scalar lower_bound = 0;          // f*, of the loss
  bool adapt_lower_bound = false;  // whether to estimate f*, never below lower_bound
  bool maximize = false;           // the bound is then of the negative of the loss
};

struct MoMoState {
  Tensor exp_avg;  // m
};

struct MoMoGroupState {
  Tensor step;                 // t
  Tensor loss_avg;             // f
  Tensor product_avg;          // q
  Tensor adapted_lower_bound;  // f*
};

/// MoMo, momentum with a model-based step (Schaipp et al., 2023): SGD with momentum whose step is as long as the
/// averages of losses and gradients say that the loss can fall, f* being the least it can be.
///
///   f <- beta f + (1 - beta) (the loss)       (the averages begin with what the first step sees)
///   q <- beta q + (1 - beta) <g, p>
///   m <- beta m + (1 - beta) g
///   gap = (1 + lr lambda) (f - f* - q) + <m, p>
///   step = min(lr, max(gap, 0) / ||m||^2)     (0 where m is 0)
///   p <- (p - step m) / (1 + lr lambda)
///
/// f, q and the norms are over all parameters of the group, which takes the whole step for itself: keep all in one.
/// step() without a closure is an Error. With adapt_lower_bound, f* after a step is f + <m, p> - q - step ||m||^2 / 2,
/// and half of the model's least value where that is below f*.
///
/// Choose it where a good rate is not known but a bound of the loss is, as 0 for most; lr may then be far too high.
///
/// Source: Schaipp et al., MoMo: Momentum Models for Adaptive Learning Rates, 2023, arXiv:2305.07583; fabian-sp/MoMo.
/// Optax's momo does not divide the step by 1 + lr lambda.
class MoMo final : public OptimizerOf<MoMoOptions, MoMoState, MoMoGroupState> {
 public:
  explicit MoMo(ParameterList parameters, const MoMoOptions& options = {});

 private:
  void check(const MoMoOptions& o, const Bounds& bounds) const override;
  MoMoState start(const Tensor& p, const MoMoOptions& o) const override;
  MoMoGroupState start_group(const MoMoOptions& o) const override;
  void update_group(Group& group, const Tensor& loss) const override;
};

extern template class OptimizerOf<MoMoOptions, MoMoState, MoMoGroupState>;

}  // namespace optim
}  // namespace descent
