#include "descent/optim/lr_scheduler/multi_step_lr.h"

#include <algorithm>
#include <cmath>

#include "optim/lr_scheduler/milestones.h"

namespace descent::optim::lr_scheduler {

MultiStepLR::MultiStepLR(Optimizer& optimizer, const MultiStepLROptions& options)
    : LRScheduler("MultiStepLR", optimizer), options_(options) {
  check_milestones(name(), options.milestones);
  if (options.milestones.empty()) fail(name(), ": there are no milestones");
  Bounds(name()).at_least("gamma", options.gamma, 0);
  begin();
}

double MultiStepLR::get_lr(std::size_t group) const {
  const auto count = std::count(options_.milestones.begin(), options_.milestones.end(), last_epoch());
  return count == 0 ? lr(group) : lr(group) * std::pow(options_.gamma, count);
}

double MultiStepLR::get_closed_form_lr(std::size_t group) const {
  return base_lr(group) * std::pow(options_.gamma, milestones_passed(options_.milestones, last_epoch()));
}

}  // namespace descent::optim::lr_scheduler
