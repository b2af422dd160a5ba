#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct WarmupCosineLROptions {
  std::int64_t total_steps;   // the rise included, above warmup_steps
  std::int64_t warmup_steps;  // at least 0
  double start_factor = 0;    // at least 0
  double end_factor = 0;      // at least 0
  double exponent = 1;        // above 0
};

/// A straight rise, then half a cosine down.
///
///   epoch <= warmup_steps:   factor = start_factor + (1 - start_factor) epoch / warmup_steps
///   then, at d = min((epoch - warmup_steps) / (total_steps - warmup_steps), 1):
///     factor = end_factor + (1 - end_factor) ((1 + cos(pi d)) / 2)^exponent
///   lr = base_lr factor
///
/// Choose it for any training of a known length, stepped after each batch: what most networks are trained with.
///
/// Source: Loshchilov and Hutter, 2017, arXiv:1608.03983; optax.schedules.warmup_cosine_decay_schedule.
class WarmupCosineLR final : public LRScheduler {
 public:
  explicit WarmupCosineLR(Optimizer& optimizer, const WarmupCosineLROptions& options);

 private:
  double get_lr(std::size_t group) const override;

  WarmupCosineLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
