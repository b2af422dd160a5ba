#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct LinearLROptions {
  double start_factor = 1.0 / 3;  // above 0, at most 1
  double end_factor = 1.0;        // at least 0, at most 1
  std::int64_t total_iters = 5;   // at least 1
};

/// A straight way from one part of the learning rate to another: a warm-up, by default.
///
///   factor = start_factor + (end_factor - start_factor) min(epoch, total_iters) / total_iters
///   lr = base_lr factor
///
/// Choose it as the warm-up before another schedule, in a SequentialLR.
///
/// Source: torch.optim.lr_scheduler.LinearLR.
class LinearLR final : public LRScheduler {
 public:
  explicit LinearLR(Optimizer& optimizer, const LinearLROptions& options = {});

 private:
  double get_lr(std::size_t group) const override;
  double get_closed_form_lr(std::size_t group) const override;

  LinearLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
