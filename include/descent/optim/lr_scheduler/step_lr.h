#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct StepLROptions {
  std::int64_t step_size;  // at least 1
  double gamma = 0.1;      // at least 0
};

/// A fall by gamma every `step_size` epochs.
///
///   lr = base_lr gamma^floor(epoch / step_size)
///
/// Choose it for networks trained by SGD for a known number of epochs; MultiStepLR falls where it is told.
///
/// Source: torch.optim.lr_scheduler.StepLR.
class StepLR final : public LRScheduler {
 public:
  explicit StepLR(Optimizer& optimizer, const StepLROptions& options);

 private:
  double get_lr(std::size_t group) const override;
  double get_closed_form_lr(std::size_t group) const override;

  StepLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
