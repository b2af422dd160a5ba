// How good a model of a table is.
#pragma once

#include <cstddef>
#include <optional>
#include <variant>

#include "descent/metrics/class_counts.h"
#include "descent/metrics/regression.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// What is measured after each epoch. The counts, or moments in the target's unit, give most metrics when asked:
/// accuracy(), f1(), r2(), ...
struct Metrics {
  std::size_t rows = 0;
  /// The mean loss that was, or would be, minimised; of a regression in units of the target's spread. Of finished
  /// models (Evaluation) labels are not smoothed.
  double loss = 0;
  std::variant<metrics::ClassCounts, metrics::RegressionMoments> of_task;
};

/// What takes all probabilities of the classes.
struct ClassificationDetails {
  double log_loss = 0;
  double brier_score = 0;
  double expected_calibration_error = 0;
  /// Up to kMostClassesDetailed classes: [classes, classes], int64.
  Tensor confusion = {};
  /// Up to as many, and if each has rows: of two classes those of the second; of more the mean of each class against
  /// the rest.
  std::optional<double> roc_auc = std::nullopt;
  std::optional<double> average_precision = std::nullopt;
};
inline constexpr std::int64_t kMostClassesDetailed = 20;

/// Of intervals: the part of the targets that lie within them, and how wide they are on average.
struct IntervalDetails {
  double coverage = 0;
  double mean_width = 0;
};

/// What counts on each target, or on all ranks.
struct RegressionDetails {
  /// None if a target is 0.
  std::optional<double> mean_absolute_percentage_error = std::nullopt;
  double spearman_corrcoef = 0;
  /// Of a model trained with interval.
  std::optional<IntervalDetails> intervals = std::nullopt;
};

/// All that is said of a finished model.
struct Evaluation : Metrics {
  std::variant<ClassificationDetails, RegressionDetails> details;
};

}  // namespace train
}  // namespace descent
