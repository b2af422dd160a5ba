// The rise that many schedules begin with.
#pragma once

#include <algorithm>
#include <cstdint>

namespace descent::optim::lr_scheduler {

/// From `start` at step 0 straight to 1 at step `warmup_steps`, and 1 from then on.
inline double linear_warmup(double start, std::int64_t step, std::int64_t warmup_steps) {
  if (step >= warmup_steps) return 1;
  return start + (1 - start) * static_cast<double>(step) / static_cast<double>(warmup_steps);
}

}  // namespace descent::optim::lr_scheduler
