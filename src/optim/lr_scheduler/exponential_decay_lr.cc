#include "descent/optim/lr_scheduler/exponential_decay_lr.h"

#include <algorithm>
#include <cmath>

namespace descent::optim::lr_scheduler {

ExponentialDecayLR::ExponentialDecayLR(Optimizer& optimizer, const ExponentialDecayLROptions& options)
    : LRScheduler("ExponentialDecayLR", optimizer), options_(options) {
  const Bounds bounds(name());
  bounds.at_least("transition_steps", options.transition_steps, 1);
  bounds.above("decay_rate", options.decay_rate, 0);
  bounds.at_least("transition_begin", options.transition_begin, 0);
  if (options.end_factor) bounds.at_least("end_factor", *options.end_factor, 0);
  begin();
}

double ExponentialDecayLR::get_lr(std::size_t group) const {
  const auto& [transition_steps, decay_rate, transition_begin, staircase, end_factor] = options_;
  const auto steps = static_cast<double>(std::max<std::int64_t>(last_epoch() - transition_begin, 0));
  const double p = steps / static_cast<double>(transition_steps);
  const double factor = std::pow(decay_rate, staircase ? std::floor(p) : p);
  if (!end_factor) return base_lr(group) * factor;
  return base_lr(group) * (decay_rate < 1 ? std::max(factor, *end_factor) : std::min(factor, *end_factor));
}

}  // namespace descent::optim::lr_scheduler
