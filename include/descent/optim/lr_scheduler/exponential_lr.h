#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct ExponentialLROptions {
  double gamma;  // at least 0
};

/// A fall by gamma every epoch.
///
///   lr = base_lr gamma^epoch
///
/// Choose it for a smooth fall without a known end; ExponentialDecayLR spreads a fall over many steps.
///
/// Source: torch.optim.lr_scheduler.ExponentialLR.
class ExponentialLR final : public LRScheduler {
 public:
  explicit ExponentialLR(Optimizer& optimizer, const ExponentialLROptions& options);

 private:
  double get_lr(std::size_t group) const override;
  double get_closed_form_lr(std::size_t group) const override;

  ExponentialLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
