#pragma once

#include "descent/optim/lr_scheduler/scheduler_list.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

/// Several schedules at once: each step() is a step of all of them, one after another.
///
///   ChainedScheduler scheduler(optimizer, {ConstantLR(optimizer, {.factor = 0.1, .total_iters = 20}),
///                                          ExponentialLR(optimizer, {.gamma = 0.9})});
///
/// Those that go by the learning rate of the epoch before (StepLR, MultiStepLR, ConstantLR, LinearLR, ExponentialLR,
/// MultiplicativeLR, PolynomialLR, CosineAnnealingLR) multiply; another one overrides what came before it. An Error if
/// there are no schedules, or one is for another optimizer.
///
/// Choose it to lay a warm-up over a fall; SequentialLR sets one after the other.
///
/// Source: torch.optim.lr_scheduler.ChainedScheduler.
class ChainedScheduler final : public CompositeScheduler {
 public:
  ChainedScheduler(Optimizer& optimizer, SchedulerList schedulers);

  void step() override;
  void begin() override;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
