#include "descent/optim/lr_scheduler/exponential_lr.h"

#include <cmath>

namespace descent::optim::lr_scheduler {

ExponentialLR::ExponentialLR(Optimizer& optimizer, const ExponentialLROptions& options)
    : LRScheduler("ExponentialLR", optimizer), options_(options) {
  Bounds(name()).at_least("gamma", options.gamma, 0);
  begin();
}

double ExponentialLR::get_lr(std::size_t group) const { return is_initial() ? lr(group) : lr(group) * options_.gamma; }

double ExponentialLR::get_closed_form_lr(std::size_t group) const {
  return base_lr(group) * std::pow(options_.gamma, last_epoch());
}

}  // namespace descent::optim::lr_scheduler
