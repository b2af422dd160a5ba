// How good predictions are.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace descent::train {

struct ClassificationMetrics {
  /// The part of the rows whose class was predicted right.
  double accuracy = 0;
  /// confusion[actual][predicted], in rows.
  std::vector<std::vector<std::int64_t>> confusion;
};

struct RegressionMetrics {
  /// The root of the mean squared error, and the mean absolute error, in the target's unit.
  double rmse = 0;
  double mae = 0;
  /// 1 - (sum of squared errors) / (sum of squared deviations from the mean of the actual values); NaN if they are all
  /// the same.
  double r2 = 0;
};

/// Classes count from 0 to `classes` - 1. An Error if there are no rows, or differently many.
ClassificationMetrics classification_metrics(std::span<const std::int64_t> predicted,
                                             std::span<const std::int64_t> actual, std::int64_t classes);
RegressionMetrics regression_metrics(std::span<const double> predicted, std::span<const double> actual);

struct Metrics {
  std::size_t rows = 0;
  /// The mean loss that was, or would be, minimised; of a regression in units of the target's spread.
  double loss = 0;
  std::variant<ClassificationMetrics, RegressionMetrics> of_task;
};

}  // namespace descent::train
