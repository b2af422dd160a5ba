#pragma once

#include "descent/optim/schedule_free.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct ScheduleFreeSGDOptions {
  Scalar lr = 1;                  // at least 0
  Scalar momentum = 0.9;          // beta, above 0 and below 1
  Scalar weight_decay = 0;        // lambda, at least 0
  std::int64_t warmup_steps = 0;  // T, at least 0
  Scalar r = 0;                   // at least 0
  Scalar weight_lr_power = 2;     // at least 0
  bool maximize = false;
};

struct ScheduleFreeSGDState {
  Tensor z;
};

/// Schedule-Free SGD (Defazio et al., 2024): an average of the iterates in the place of a falling learning rate.
///
///   rate = lr min(t / T, 1)                        (lr without warm-up)
///   w = t^r (the largest rate so far)^weight_lr_power
///   c = w / (the sum of all w)
///   g <- g + lambda y                              (g: the gradient at y)
///   z <- z - rate g
///   x <- (1 - c) x + c z
///   y = (1 - beta) z + beta x
///
/// The parameters are at y. After eval() they are at x, until train(); step() in between is an Error. What is saved is
/// the place where the parameters are; the state dict says which it is.
///
/// Choose it to train without knowing when to stop: at every moment x is about as good as a schedule that ends there
/// would have made it. Do not lower the rate as well; with batch normalisation, its statistics want a pass at x.
///
/// Source: Defazio et al., The Road Less Scheduled, 2024, arXiv:2405.15682; facebookresearch/schedule_free, whose
/// warm-up Optax begins with a step of 0.
class ScheduleFreeSGD final : public OptimizerOf<ScheduleFreeSGDOptions, ScheduleFreeSGDState, ScheduleFreeGroupState> {
 public:
  explicit ScheduleFreeSGD(ParameterList parameters, const ScheduleFreeSGDOptions& options = {});

  /// Puts the parameters at y, where gradients are taken. They are there from the start.
  void train() override;
  /// Puts the parameters at x, the average, which is what to evaluate and to save.
  void eval() override;

 private:
  void check(const ScheduleFreeSGDOptions& o, const Bounds& bounds) const override;
  ScheduleFreeSGDState start(const Tensor& p, const ScheduleFreeSGDOptions& o) const override;
  ScheduleFreeGroupState start_group(const ScheduleFreeSGDOptions& o) const override;
  void update_group(Group& group, const Tensor& loss) const override;
};

extern template class OptimizerOf<ScheduleFreeSGDOptions, ScheduleFreeSGDState, ScheduleFreeGroupState>;

}  // namespace optim
}  // namespace descent
