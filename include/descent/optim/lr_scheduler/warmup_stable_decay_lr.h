#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

/// The form of a fall.
enum class DecayShape : std::uint8_t { linear, cosine, one_minus_sqrt };

struct WarmupStableDecayLROptions {
  std::int64_t total_steps;   // at least warmup_steps + decay_steps
  std::int64_t warmup_steps;  // at least 0
  std::int64_t decay_steps;   // at least 1
  double start_factor = 0;    // at least 0
  double end_factor = 0;      // at least 0
  DecayShape decay = DecayShape::one_minus_sqrt;
};

/// WSD: a rise, a long stay, and a fall at the end (Hu et al., 2024).
///
///   epoch <= warmup_steps:                straight from start_factor to 1
///   epoch <= total_steps - decay_steps:   factor = 1
///   then, at d of [0, 1] through the decay:
///     linear:           factor = 1 - (1 - end_factor) d
///     cosine:           factor = end_factor + (1 - end_factor) (1 + cos(pi d)) / 2
///     one_minus_sqrt:   factor = 1 - (1 - end_factor) sqrt(d)
///   lr = base_lr factor, and base_lr end_factor after total_steps
///
/// Choose it where a training may be continued, stepped after each batch: what was saved before the fall serves any
/// length. The form of the fall that did best is one_minus_sqrt (Haegele et al., 2024), the default.
///
/// Source: Hu et al., 2024, arXiv:2404.06395; Haegele et al., 2024, arXiv:2405.18392.
class WarmupStableDecayLR final : public LRScheduler {
 public:
  explicit WarmupStableDecayLR(Optimizer& optimizer, const WarmupStableDecayLROptions& options);

 private:
  double get_lr(std::size_t group) const override;

  WarmupStableDecayLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
