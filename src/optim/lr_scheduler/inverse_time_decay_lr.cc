#include "descent/optim/lr_scheduler/inverse_time_decay_lr.h"

#include <cmath>

namespace descent::optim::lr_scheduler {

InverseTimeDecayLR::InverseTimeDecayLR(Optimizer& optimizer, const InverseTimeDecayLROptions& options)
    : LRScheduler("InverseTimeDecayLR", optimizer), options_(options) {
  const Bounds bounds(name());
  bounds.at_least("decay_steps", options.decay_steps, 1);
  bounds.at_least("decay_rate", options.decay_rate, 0);
  begin();
}

double InverseTimeDecayLR::get_lr(std::size_t group) const {
  const double time = static_cast<double>(last_epoch()) / static_cast<double>(options_.decay_steps);
  return base_lr(group) / (1 + options_.decay_rate * (options_.staircase ? std::floor(time) : time));
}

}  // namespace descent::optim::lr_scheduler
