#include "descent/optim/lr_scheduler/linear_lr.h"

#include <algorithm>

namespace descent::optim::lr_scheduler {

LinearLR::LinearLR(Optimizer& optimizer, const LinearLROptions& options)
    : LRScheduler("LinearLR", optimizer), options_(options) {
  const Bounds bounds(name());
  bounds.above("start_factor", options.start_factor, 0);
  bounds.at_most("start_factor", options.start_factor, 1);
  bounds.between("end_factor", options.end_factor, 0, 1);
  bounds.at_least("total_iters", options.total_iters, 1);
  begin();
}

double LinearLR::get_lr(std::size_t group) const {
  const auto& [start, end, total_iters] = options_;
  if (last_epoch() == 0) return lr(group) * start;
  if (last_epoch() > total_iters) return lr(group);
  const auto before = static_cast<double>(last_epoch() - 1);
  const double next =
      lr(group) * (1.0 + (end - start) / (static_cast<double>(total_iters) * start + before * (end - start)));
  return std::max(next, 0.0);  // rounding may go below
}

double LinearLR::get_closed_form_lr(std::size_t group) const {
  const auto& [start, end, total_iters] = options_;
  const auto epoch = static_cast<double>(std::min(total_iters, last_epoch()));
  return base_lr(group) * (start + (end - start) * epoch / static_cast<double>(total_iters));
}

}  // namespace descent::optim::lr_scheduler
