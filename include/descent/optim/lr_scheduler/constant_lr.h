#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct ConstantLROptions {
  double factor = 1.0 / 3;       // above 0, at most 1
  std::int64_t total_iters = 5;  // at least 1
};

/// A smaller learning rate for the first epochs.
///
///   lr = base_lr factor                      (epoch < total_iters)
///   lr = base_lr                             (from then on)
///
/// Choose it before another schedule in a ChainedScheduler; LinearLR warms up more gently.
///
/// Source: torch.optim.lr_scheduler.ConstantLR.
class ConstantLR final : public LRScheduler {
 public:
  explicit ConstantLR(Optimizer& optimizer, const ConstantLROptions& options = {});

 private:
  double get_lr(std::size_t group) const override;
  double get_closed_form_lr(std::size_t group) const override;

  ConstantLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
