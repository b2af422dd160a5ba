#include "descent/optim/lr_scheduler/multiplicative_lr.h"

namespace descent::optim::lr_scheduler {

MultiplicativeLR::MultiplicativeLR(Optimizer& optimizer, const Lambda& lr_lambda)
    : MultiplicativeLR(optimizer, std::vector<Lambda>(optimizer.group_count(), lr_lambda)) {}

MultiplicativeLR::MultiplicativeLR(Optimizer& optimizer, std::vector<Lambda> lr_lambdas)
    : LRScheduler("MultiplicativeLR", optimizer), lr_lambdas_(std::move(lr_lambdas)) {
  if (lr_lambdas_.size() != group_count()) {
    fail(name(), ": there are ", lr_lambdas_.size(), " functions for ", group_count(), " groups");
  }
  begin();
}

double MultiplicativeLR::get_lr(std::size_t group) const {
  return is_initial() ? lr(group) : lr(group) * lr_lambdas_[group](last_epoch());
}

}  // namespace descent::optim::lr_scheduler
