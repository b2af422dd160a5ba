#pragma once

#include "descent/optim/lr_scheduler/warmup_cosine_lr.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct SgdrCycle {
  WarmupCosineLROptions shape;  // total_steps is the length of the cycle
  double peak_factor = 1;       // at least 0
};

struct SgdrLROptions {
  std::vector<SgdrCycle> cycles;  // at least one
};

/// SGDR with a warm-up: cycles of WarmupCosineLR one after another, each with a height of its own (Loshchilov and
/// Hutter, 2017).
///
///   lr = base_lr peak_factor (WarmupCosineLR's factor of the current cycle, at the steps since it began)
///
/// and the end of the last cycle from then on.
///
/// Choose it over CosineAnnealingWarmRestarts where each restart should rise gently, or less high.
///
/// Source: Loshchilov and Hutter, 2017, arXiv:1608.03983; optax.schedules.sgdr_schedule.
class SgdrLR final : public LRScheduler {
 public:
  explicit SgdrLR(Optimizer& optimizer, const SgdrLROptions& options);

 private:
  double get_lr(std::size_t group) const override;

  SgdrLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
