#include "descent/optim/lr_scheduler/linear_warmup_lr.h"

#include "optim/lr_scheduler/warmup.h"

namespace descent::optim::lr_scheduler {

LinearWarmupLR::LinearWarmupLR(Optimizer& optimizer, const LinearWarmupLROptions& options)
    : LRScheduler("LinearWarmupLR", optimizer), options_(options) {
  const Bounds bounds(name());
  bounds.at_least("warmup_steps", options.warmup_steps, 1);
  bounds.at_least("start_factor", options.start_factor, 0);
  begin();
}

double LinearWarmupLR::get_lr(std::size_t group) const {
  return base_lr(group) * linear_warmup(options_.start_factor, last_epoch(), options_.warmup_steps);
}

}  // namespace descent::optim::lr_scheduler
