#include "descent/optim/lr_scheduler/inverse_square_root_lr.h"

#include <cmath>

namespace descent::optim::lr_scheduler {

InverseSquareRootLR::InverseSquareRootLR(Optimizer& optimizer, const InverseSquareRootLROptions& options)
    : LRScheduler("InverseSquareRootLR", optimizer), options_(options) {
  Bounds(name()).at_least("warmup_steps", options.warmup_steps, 0);
  begin();
}

double InverseSquareRootLR::get_lr(std::size_t group) const {
  const auto epoch = static_cast<double>(last_epoch()), warmup = static_cast<double>(options_.warmup_steps);
  if (warmup == 0) return base_lr(group) / std::sqrt(1 + epoch);
  return base_lr(group) * (epoch < warmup ? epoch / warmup : std::sqrt(warmup / epoch));
}

}  // namespace descent::optim::lr_scheduler
