#include "descent/optim/lr_scheduler/constant_lr.h"

namespace descent::optim::lr_scheduler {

ConstantLR::ConstantLR(Optimizer& optimizer, const ConstantLROptions& options)
    : LRScheduler("ConstantLR", optimizer), options_(options) {
  const Bounds bounds(name());
  bounds.above("factor", options.factor, 0);
  bounds.at_most("factor", options.factor, 1);
  bounds.at_least("total_iters", options.total_iters, 1);
  begin();
}

double ConstantLR::get_lr(std::size_t group) const {
  if (last_epoch() == 0) return lr(group) * options_.factor;
  return last_epoch() == options_.total_iters ? lr(group) * (1.0 / options_.factor) : lr(group);
}

double ConstantLR::get_closed_form_lr(std::size_t group) const {
  const auto& [factor, total_iters] = options_;
  return base_lr(group) * (factor + (last_epoch() >= total_iters ? 1 - factor : 0));
}

}  // namespace descent::optim::lr_scheduler
