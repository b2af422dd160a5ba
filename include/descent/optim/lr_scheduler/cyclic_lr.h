#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

/// How CyclicLR's peaks change from cycle to cycle.
enum class CyclicMode : std::uint8_t { triangular, triangular2, exp_range };

/// What CyclicLR's scale_fn is given: the number of the cycle, from 1, or the epoch.
enum class ScaleMode : std::uint8_t { cycle, iterations };

struct CyclicLROptions {
  PerGroup base_lr;                                           // the lowest, at least 0
  PerGroup max_lr;                                            // at least 0
  std::int64_t step_size_up = 2000;                           // at least 1
  std::optional<std::int64_t> step_size_down = std::nullopt;  // at least 1; step_size_up if there is none
  CyclicMode mode = CyclicMode::triangular;
  double gamma = 1.0;                                      // of exp_range, at least 0
  std::function<double(std::int64_t)> scale_fn = nullptr;  // in place of `mode`
  ScaleMode scale_mode = ScaleMode::cycle;
  bool cycle_momentum = true;
  PerGroup base_momentum = 0.8;  // the lowest, at least 0
  PerGroup max_momentum = 0.9;   // at least 0
};

/// The learning rate goes up and down between base_lr and max_lr in straight lines, and the momentum against it
/// (Smith, 2017).
///
///   cycle = floor(1 + epoch / (step_size_up + step_size_down))
///   height = how far up the slope the epoch is, of [0, 1]
///   lr = base_lr + (max_lr - base_lr) height scale
///   momentum = max_momentum - (max_momentum - base_momentum) height scale
///
/// where `scale` is 1 (triangular), 1 / 2^(cycle - 1) (triangular2), gamma^epoch (exp_range), or scale_fn. The momentum
/// is `momentum` or `betas[0]` of a group. base_lr takes the place of the optimizer's learning rates. An Error if the
/// momentum is to be cycled and a group has none.
///
/// Choose it to try a range of learning rates, or to train for a time that is not settled, stepped after each batch;
/// OneCycleLR, of a single cycle, does better where it is.
///
/// Source: Smith, 2017, arXiv:1506.01186; torch.optim.lr_scheduler.CyclicLR.
class CyclicLR final : public LRScheduler {
 public:
  explicit CyclicLR(Optimizer& optimizer, const CyclicLROptions& options);

 private:
  double get_lr(std::size_t group) const override;
  std::optional<double> get_momentum(std::size_t group) const override;
  double height() const;
  double scale() const;
  std::int64_t cycle() const;
  double cycles() const;  // so far, with their parts

  CyclicLROptions options_;
  double total_size_;
  double step_ratio_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
