#pragma once

#include <array>

#include "descent/optim/schedule_free.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct ScheduleFreeAdamWOptions {
  Scalar lr = 2.5e-3;                          // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // betas[0] above 0, betas[1] at least 0, both below 1
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  std::int64_t warmup_steps = 0;               // T, at least 0
  Scalar r = 0;                                // at least 0
  Scalar weight_lr_power = 2;                  // at least 0
  bool maximize = false;
};

struct ScheduleFreeAdamWState {
  Tensor z;
  Tensor exp_avg_sq;  // v
};

/// Schedule-Free AdamW (Defazio et al., 2024): an average of the iterates in the place of momentum and of a falling
/// learning rate.
///
///   rate = lr min(t / T, 1)                        (lr without warm-up)
///   w = t^r (the largest rate so far)^weight_lr_power
///   c = w / (the sum of all w)
///   v <- beta2 v + (1 - beta2) g^2                 (g: the gradient at y)
///   d = g / (sqrt(v / (1 - beta2^t)) + eps) + lambda y
///   z <- z - rate d
///   x <- (1 - c) x + c z
///   y = (1 - beta1) z + beta1 x
///
/// The parameters are at y. After eval() they are at x, until train(); step() in between is an Error. What is saved is
/// the place where the parameters are; the state dict says which it is.
///
/// Choose it in AdamW's place to train without knowing when to stop. Do not lower the rate as well; rates are above
/// AdamW's, and a warm-up helps.
///
/// Source: Defazio et al., The Road Less Scheduled, 2024, arXiv:2405.15682; facebookresearch/schedule_free, whose
/// warm-up Optax begins with a step of 0.
class ScheduleFreeAdamW final
    : public OptimizerOf<ScheduleFreeAdamWOptions, ScheduleFreeAdamWState, ScheduleFreeGroupState> {
 public:
  explicit ScheduleFreeAdamW(ParameterList parameters, const ScheduleFreeAdamWOptions& options = {});

  /// Puts the parameters at y, where gradients are taken. They are there from the start.
  void train() override;
  /// Puts the parameters at x, the average, which is what to evaluate and to save.
  void eval() override;

 private:
  void check(const ScheduleFreeAdamWOptions& o, const Bounds& bounds) const override;
  ScheduleFreeAdamWState start(const Tensor& p, const ScheduleFreeAdamWOptions& o) const override;
  ScheduleFreeGroupState start_group(const ScheduleFreeAdamWOptions& o) const override;
  void update_group(Group& group, const Tensor& loss) const override;
};

extern template class OptimizerOf<ScheduleFreeAdamWOptions, ScheduleFreeAdamWState, ScheduleFreeGroupState>;

}  // namespace optim
}  // namespace descent
