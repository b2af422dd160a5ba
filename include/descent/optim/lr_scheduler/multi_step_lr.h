#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct MultiStepLROptions {
  std::vector<std::int64_t> milestones;  // epochs, in order; at one that is there twice, twice gamma
  double gamma = 0.1;                    // at least 0
};

/// A fall by gamma at each milestone.
///
///   lr = base_lr gamma^(milestones that are at most epoch)
///
/// Choose it where it is known when a training stops getting better; else ReduceLROnPlateau finds out.
///
/// Source: torch.optim.lr_scheduler.MultiStepLR.
class MultiStepLR final : public LRScheduler {
 public:
  explicit MultiStepLR(Optimizer& optimizer, const MultiStepLROptions& options);

 private:
  double get_lr(std::size_t group) const override;
  double get_closed_form_lr(std::size_t group) const override;

  MultiStepLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
