#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

/// The learning rate of the epoch before times a function of the epoch.
///
///   lr <- lr lr_lambda(epoch)                (epoch = 1, 2, ...)
///
/// An Error if there are neither one function nor as many as groups. State dicts do not hold the functions.
///
/// Choose it over LambdaLR where other schedules, or the program, change the learning rate too.
///
/// Source: torch.optim.lr_scheduler.MultiplicativeLR.
class MultiplicativeLR final : public LRScheduler {
 public:
  using Lambda = std::function<double(std::int64_t epoch)>;
  /// One function for all groups.
  MultiplicativeLR(Optimizer& optimizer, const Lambda& lr_lambda);
  /// One for each.
  MultiplicativeLR(Optimizer& optimizer, std::vector<Lambda> lr_lambdas);

 private:
  double get_lr(std::size_t group) const override;

  std::vector<Lambda> lr_lambdas_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
