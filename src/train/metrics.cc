#include "descent/train/metrics.h"

#include <cmath>
#include <limits>

#include "descent/error.h"

namespace descent::train {

namespace {

void check_sizes(const char* what, std::size_t predicted, std::size_t actual) {
  if (predicted != actual || actual == 0)
    fail(what, ": ", predicted, " predictions for ", actual, " values; there must be as many, and at least one");
}

}  // namespace

ClassificationMetrics classification_metrics(std::span<const std::int64_t> predicted,
                                             std::span<const std::int64_t> actual, std::int64_t classes) {
  check_sizes("classification_metrics", predicted.size(), actual.size());
  const auto count = static_cast<std::size_t>(classes);
  ClassificationMetrics metrics{0, {count, std::vector<std::int64_t>(count)}};
  std::int64_t right = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (actual[i] < 0 || actual[i] >= classes || predicted[i] < 0 || predicted[i] >= classes)
      fail("classification_metrics: row ", i, " has class ", actual[i], ", predicted ", predicted[i],
           "; classes count from 0 to ", classes - 1);
    ++metrics.confusion[static_cast<std::size_t>(actual[i])][static_cast<std::size_t>(predicted[i])];
    right += actual[i] == predicted[i];
  }
  metrics.accuracy = static_cast<double>(right) / static_cast<double>(actual.size());
  return metrics;
}

RegressionMetrics regression_metrics(std::span<const double> predicted, std::span<const double> actual) {
  check_sizes("regression_metrics", predicted.size(), actual.size());
  const double n = static_cast<double>(actual.size());
  double mean = 0;
  for (const double y : actual) mean += y / n;
  double squares = 0, absolutes = 0, deviations = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double error = predicted[i] - actual[i];
    squares += error * error;
    absolutes += std::fabs(error);
    deviations += (actual[i] - mean) * (actual[i] - mean);
  }
  return {std::sqrt(squares / n), absolutes / n,
          deviations > 0 ? 1 - squares / deviations : std::numeric_limits<double>::quiet_NaN()};
}

}  // namespace descent::train
