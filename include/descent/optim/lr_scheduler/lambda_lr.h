#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

/// The initial learning rate times a function of the epoch.
///
///   lr = base_lr lr_lambda(epoch)
///
/// An Error if there are neither one function nor as many as groups. State dicts do not hold the functions.
///
/// Choose it for a schedule that is none of those here; one of the user's own (lr_scheduler.h) where it keeps
/// something.
///
/// Source: torch.optim.lr_scheduler.LambdaLR.
class LambdaLR final : public LRScheduler {
 public:
  using Lambda = std::function<double(std::int64_t epoch)>;
  /// One function for all groups.
  LambdaLR(Optimizer& optimizer, const Lambda& lr_lambda);
  /// One for each.
  LambdaLR(Optimizer& optimizer, std::vector<Lambda> lr_lambdas);

 private:
  double get_lr(std::size_t group) const override;

  std::vector<Lambda> lr_lambdas_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
