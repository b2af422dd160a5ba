#include "descent/optim/lr_scheduler/warmup_stable_decay_lr.h"

#include <algorithm>
#include <cmath>

#include "optim/lr_scheduler/warmup.h"

namespace descent::optim::lr_scheduler {

WarmupStableDecayLR::WarmupStableDecayLR(Optimizer& optimizer, const WarmupStableDecayLROptions& options)
    : LRScheduler("WarmupStableDecayLR", optimizer), options_(options) {
  const Bounds bounds(name());
  bounds.at_least("warmup_steps", options.warmup_steps, 0);
  bounds.at_least("decay_steps", options.decay_steps, 1);
  bounds.at_least("start_factor", options.start_factor, 0);
  bounds.at_least("end_factor", options.end_factor, 0);
  if (options.total_steps < options.warmup_steps + options.decay_steps) {
    fail(name(), ": total_steps = ", options.total_steps,
         " must be at least warmup_steps + decay_steps = ", options.warmup_steps + options.decay_steps);
  }
  begin();
}

double WarmupStableDecayLR::get_lr(std::size_t group) const {
  const auto& [total_steps, warmup_steps, decay_steps, start_factor, end_factor, decay] = options_;
  const std::int64_t step = std::min(last_epoch(), total_steps), decayed = step - (total_steps - decay_steps);
  if (decayed <= 0) return base_lr(group) * linear_warmup(start_factor, step, warmup_steps);
  const double progress = static_cast<double>(decayed) / static_cast<double>(decay_steps);
  switch (decay) {
    case DecayShape::linear:
      return base_lr(group) * anneal(AnnealStrategy::linear, 1, end_factor, progress);
    case DecayShape::cosine:
      return base_lr(group) * anneal(AnnealStrategy::cos, 1, end_factor, progress);
    case DecayShape::one_minus_sqrt:
      break;
  }
  return base_lr(group) * anneal(AnnealStrategy::linear, 1, end_factor, std::sqrt(progress));
}

}  // namespace descent::optim::lr_scheduler
