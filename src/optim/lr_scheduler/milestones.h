// Epochs at which something happens.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "descent/error.h"

namespace descent::optim::lr_scheduler {

/// An Error unless the milestones are in order.
inline void check_milestones(const char* scheduler, const std::vector<std::int64_t>& milestones) {
  const auto end = std::is_sorted_until(milestones.begin(), milestones.end());
  if (end != milestones.end()) fail(scheduler, ": milestone ", *end, " comes after ", *(end - 1));
}

/// How many milestones are at most `epoch`.
inline std::int64_t milestones_passed(const std::vector<std::int64_t>& milestones, std::int64_t epoch) {
  return std::upper_bound(milestones.begin(), milestones.end(), epoch) - milestones.begin();
}

}  // namespace descent::optim::lr_scheduler
