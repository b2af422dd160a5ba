#include "descent/optim/lr_scheduler/lambda_lr.h"

namespace descent::optim::lr_scheduler {

LambdaLR::LambdaLR(Optimizer& optimizer, const Lambda& lr_lambda)
    : LambdaLR(optimizer, std::vector<Lambda>(optimizer.group_count(), lr_lambda)) {}

LambdaLR::LambdaLR(Optimizer& optimizer, std::vector<Lambda> lr_lambdas)
    : LRScheduler("LambdaLR", optimizer), lr_lambdas_(std::move(lr_lambdas)) {
  if (lr_lambdas_.size() != group_count()) {
    fail(name(), ": there are ", lr_lambdas_.size(), " functions for ", group_count(), " groups");
  }
  begin();
}

double LambdaLR::get_lr(std::size_t group) const { return base_lr(group) * lr_lambdas_[group](last_epoch()); }

}  // namespace descent::optim::lr_scheduler
