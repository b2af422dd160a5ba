#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct CosineAnnealingWarmRestartsOptions {
  std::int64_t T_0;         // epochs of the first cycle, at least 1
  std::int64_t T_mult = 1;  // at least 1
  double eta_min = 0.0;     // at least 0
};

/// SGDR: half a cosine down to eta_min, again and again from the initial learning rate, each one T_mult times as long
/// as the one before (Loshchilov and Hutter, 2017).
///
///   T_i = T_0 T_mult^i, i the number of restarts so far, and T_cur the epochs since the last
///   lr = eta_min + (base_lr - eta_min) (1 + cos(pi T_cur / T_i)) / 2
///
/// Choose it where a training may be stopped at the end of any cycle, or snapshots are averaged; SgdrLR has a warm-up
/// and a height of its own for each cycle.
///
/// Source: Loshchilov and Hutter, 2017, arXiv:1608.03983; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.
class CosineAnnealingWarmRestarts final : public LRScheduler {
 public:
  explicit CosineAnnealingWarmRestarts(Optimizer& optimizer, const CosineAnnealingWarmRestartsOptions& options);

 private:
  double get_lr(std::size_t group) const override;

  CosineAnnealingWarmRestartsOptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
