#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct InverseSquareRootLROptions {
  std::int64_t warmup_steps;  // at least 0
};

/// A straight rise from 0 to the learning rate, then a fall like 1 / sqrt(time) (Vaswani et al., 2017: "Noam").
///
///   lr = base_lr min(epoch / warmup_steps, sqrt(warmup_steps / epoch))
///
/// The paper's schedule is this with base_lr = (d_model warmup_steps)^-0.5. Without a warm-up (warmup_steps 0) the fall
/// is from the first step on, base_lr / sqrt(1 + epoch).
///
/// Choose it for transformers trained for a time that is not settled, stepped after each batch; WarmupCosineLR and
/// WarmupStableDecayLR do better where it is.
///
/// Source: Vaswani et al., 2017, arXiv:1706.03762.
class InverseSquareRootLR final : public LRScheduler {
 public:
  explicit InverseSquareRootLR(Optimizer& optimizer, const InverseSquareRootLROptions& options);

 private:
  double get_lr(std::size_t group) const override;

  InverseSquareRootLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
