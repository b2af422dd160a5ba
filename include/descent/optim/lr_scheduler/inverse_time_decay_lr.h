#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct InverseTimeDecayLROptions {
  std::int64_t decay_steps;  // after which the learning rate is divided by 1 + decay_rate, at least 1
  double decay_rate;         // at least 0
  bool staircase = false;    // fall every decay_steps only
};

/// A fall like 1 / time.
///
///   lr = base_lr / (1 + decay_rate epoch / decay_steps)          (staircase: floor of the quotient)
///
/// Choose it for SGD on convex problems, where a rate like 1 / t is what convergence proofs ask for.
///
/// Source: Robbins and Monro, 1951; keras.optimizers.schedules.InverseTimeDecay.
class InverseTimeDecayLR final : public LRScheduler {
 public:
  explicit InverseTimeDecayLR(Optimizer& optimizer, const InverseTimeDecayLROptions& options);

 private:
  double get_lr(std::size_t group) const override;

  InverseTimeDecayLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
