#pragma once

#include <limits>

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

/// Whether a metric is better when it is smaller or when it is larger.
enum class PlateauMode : std::uint8_t { min, max };

/// How much better a metric must be: by a part of the best one, or by an amount.
enum class ThresholdMode : std::uint8_t { rel, abs };

struct ReduceLROnPlateauOptions {
  PlateauMode mode = PlateauMode::min;
  double factor = 0.1;         // at least 0, below 1
  std::int64_t patience = 10;  // how many epochs without anything better are borne, at least 0
  double threshold = 1e-4;     // at least 0
  ThresholdMode threshold_mode = ThresholdMode::rel;
  std::int64_t cooldown = 0;  // how many epochs after a fall do not count, at least 0
  PerGroup min_lr = 0.0;      // at least 0
  double eps = 1e-8;          // falls that are no larger are left out, at least 0
};

/// A fall by `factor` when a metric has not become better for a while.
///
///   better: metric < best (1 - threshold)      (abs: best - threshold; max: above best (1 + threshold), ...)
///   after more than `patience` epochs in a row without better:
///     lr <- max(factor lr, min_lr)             and `cooldown` epochs do not count
///
/// step takes the metric, so that this is no LRScheduler and has no place in SequentialLR and ChainedScheduler. A
/// metric that is NaN is not better.
///
/// Choose it where a held-out metric is at hand each epoch and the length of the training is not known.
///
/// Source: torch.optim.lr_scheduler.ReduceLROnPlateau.
class ReduceLROnPlateau {
 public:
  explicit ReduceLROnPlateau(Optimizer& optimizer, const ReduceLROnPlateauOptions& options = {});

  /// Takes the metric of an epoch, and sets the learning rates of the next.
  void step(double metric);

  /// How often step() was called.
  std::int64_t last_epoch() const { return last_epoch_; }
  /// The learning rate of each group, as of the last step.
  const std::vector<double>& get_last_lr() const { return last_lr_; }
  /// The best metric so far, and for how many epochs there was no better one.
  double best() const { return best_; }
  std::int64_t num_bad_epochs() const { return num_bad_epochs_; }

  /// As LRScheduler's.
  StateDict state_dict() const;
  void load_state_dict(const StateDict& state);

 private:
  bool is_better(double metric) const;
  void reduce_lr();

  Optimizer* optimizer_;
  ReduceLROnPlateauOptions options_;
  std::int64_t last_epoch_ = 0;
  double best_;
  std::int64_t num_bad_epochs_ = 0;
  std::int64_t cooldown_counter_ = 0;
  std::vector<double> last_lr_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
