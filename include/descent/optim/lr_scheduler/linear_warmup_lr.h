#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct LinearWarmupLROptions {
  std::int64_t warmup_steps;  // at least 1
  double start_factor = 0;    // at least 0
};

/// A straight rise to the learning rate, which may begin at 0, and nothing more.
///
///   factor = start_factor + (1 - start_factor) min(epoch / warmup_steps, 1)
///   lr = base_lr factor
///
/// Choose it to keep the first steps of a training small, stepped after each batch; LinearLR is PyTorch's form, which
/// cannot begin at 0 but can be chained.
///
/// Source: optax.schedules.warmup_constant_schedule.
class LinearWarmupLR final : public LRScheduler {
 public:
  explicit LinearWarmupLR(Optimizer& optimizer, const LinearWarmupLROptions& options);

 private:
  double get_lr(std::size_t group) const override;

  LinearWarmupLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
