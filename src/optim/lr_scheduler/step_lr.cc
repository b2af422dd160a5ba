#include "descent/optim/lr_scheduler/step_lr.h"

#include <cmath>

namespace descent::optim::lr_scheduler {

StepLR::StepLR(Optimizer& optimizer, const StepLROptions& options)
    : LRScheduler("StepLR", optimizer), options_(options) {
  const Bounds bounds(name());
  bounds.at_least("step_size", options.step_size, 1);
  bounds.at_least("gamma", options.gamma, 0);
  begin();
}

double StepLR::get_lr(std::size_t group) const {
  return is_initial() || last_epoch() % options_.step_size != 0 ? lr(group) : lr(group) * options_.gamma;
}

double StepLR::get_closed_form_lr(std::size_t group) const {
  return base_lr(group) * std::pow(options_.gamma, last_epoch() / options_.step_size);
}

}  // namespace descent::optim::lr_scheduler
