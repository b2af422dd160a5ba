#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct PolynomialLROptions {
  std::int64_t total_iters = 5;  // at least 1
  double power = 1.0;            // at least 0
};

/// A fall to 0 along a power.
///
///   lr = base_lr (1 - min(epoch, total_iters) / total_iters)^power
///
/// Choose it with power 1 for the straight fall to 0 that suits fine-tuning and a fixed budget of steps.
///
/// Source: torch.optim.lr_scheduler.PolynomialLR.
class PolynomialLR final : public LRScheduler {
 public:
  explicit PolynomialLR(Optimizer& optimizer, const PolynomialLROptions& options = {});

 private:
  double get_lr(std::size_t group) const override;
  double get_closed_form_lr(std::size_t group) const override;

  PolynomialLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
