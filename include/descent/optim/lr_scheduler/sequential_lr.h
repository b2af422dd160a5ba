#pragma once

#include "descent/optim/lr_scheduler/scheduler_list.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct SequentialLROptions {
  std::vector<std::int64_t> milestones;  // the epochs at which the next schedule begins, in order
};

/// Several schedules one after another, each from its own epoch 0.
///
///   SequentialLR scheduler(optimizer, {LinearLR(optimizer, {.total_iters = 5}),
///                                      CosineAnnealingLR(optimizer, {.T_max = 95})},
///                          {.milestones = {5}});
///
/// The next begins at the learning rates before any schedule, scaled as it does, unless it only knows those of the
/// epoch before (MultiplicativeLR, SWALR). An Error if there are no schedules, one is for another optimizer, or there
/// is not one milestone fewer.
///
/// Choose it to put a warm-up before another schedule; ChainedScheduler lays one over the other.
///
/// Source: torch.optim.lr_scheduler.SequentialLR.
class SequentialLR final : public CompositeScheduler {
 public:
  SequentialLR(Optimizer& optimizer, SchedulerList schedulers, const SequentialLROptions& options);

  void step() override;
  void begin() override;

 private:
  SequentialLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
