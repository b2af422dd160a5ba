// What the schedules check that cycle the momentum.
#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim::lr_scheduler {

/// An Error if an option is out of its bounds, or a group of the optimizer has no momentum.
inline void check_cycled_momentum(const char* scheduler, Optimizer& optimizer, const PerGroup& base_momentum,
                                  const PerGroup& max_momentum) {
  base_momentum.check(scheduler, "base_momentum", optimizer.group_count());
  max_momentum.check(scheduler, "max_momentum", optimizer.group_count());
  for (std::size_t group = 0; group < optimizer.group_count(); ++group) {
    if (optimizer.momentum(group) == nullptr) {
      fail(scheduler, ": the optimizer has no momentum to cycle; cycle_momentum = false leaves it alone");
    }
  }
}

}  // namespace descent::optim::lr_scheduler
