#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct CosineAnnealingLROptions {
  std::int64_t T_max;    // at least 1
  double eta_min = 0.0;  // at least 0
};

/// Half a cosine from the initial learning rate down to eta_min, over T_max epochs, and up again after.
///
///   lr = eta_min + (base_lr - eta_min) (1 + cos(pi epoch / T_max)) / 2
///
/// It is computed from the learning rate of the epoch before, so that another schedule may change that too.
///
/// Choose it for training of a known length, T_max epochs; WarmupCosineLR warms up first.
///
/// Source: Loshchilov and Hutter, 2017, arXiv:1608.03983; torch.optim.lr_scheduler.CosineAnnealingLR.
class CosineAnnealingLR final : public LRScheduler {
 public:
  explicit CosineAnnealingLR(Optimizer& optimizer, const CosineAnnealingLROptions& options);

 private:
  double get_lr(std::size_t group) const override;
  double get_closed_form_lr(std::size_t group) const override;

  CosineAnnealingLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
