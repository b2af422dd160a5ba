#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct ExponentialDecayLROptions {
  std::int64_t transition_steps;                    // at least 1
  double decay_rate;                                // above 0
  std::int64_t transition_begin = 0;                // at least 0
  bool staircase = false;                           // fall every transition_steps only
  std::optional<double> end_factor = std::nullopt;  // where to stop; nowhere, if there is none
};

/// A fall by decay_rate over each `transition_steps`, a little at every step.
///
///   p = max(epoch - transition_begin, 0) / transition_steps      (staircase: floor of the quotient)
///   lr = max(base_lr decay_rate^p, base_lr end_factor)           (min, where decay_rate is at least 1)
///
/// Choose it for a smooth fall of the kind of StepLR, with a floor, stepped after each batch.
///
/// Source: optax.schedules.exponential_decay; keras.optimizers.schedules.ExponentialDecay.
class ExponentialDecayLR final : public LRScheduler {
 public:
  explicit ExponentialDecayLR(Optimizer& optimizer, const ExponentialDecayLROptions& options);

 private:
  double get_lr(std::size_t group) const override;

  ExponentialDecayLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
