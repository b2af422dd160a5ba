// What metrics take out of the tensors of a batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "descent/tensor.h"

namespace descent::metrics {

/// The weight of each sample of a batch.
class Weights {
 public:
  /// An Error unless `sample_weight` is undefined or has the target's shape and holds finite numbers, 0 or more.
  Weights(const char* metric, const Tensor& target, const Tensor& sample_weight);
  double operator[](std::size_t sample) const { return values_.empty() ? 1 : values_[sample]; }

 private:
  std::vector<double> values_;
};

/// Predicted and actual classes.
struct ClassBatch {
  std::vector<std::int64_t> predicted, actual;
  Weights weights;
  /// The number of columns of the scores, or the largest class + 1.
  std::int64_t class_count = 0;
};
/// As ClassCounts takes them, but with classes up to `most_classes`.
ClassBatch class_batch(const char* metric, const Tensor& prediction, const Tensor& target, const Tensor& sample_weight,
                       std::int64_t most_classes);

/// Scores, or probabilities, and actual classes.
struct ScoreBatch {
  std::int64_t columns = 1;    // 1: the score of class 1
  std::vector<double> scores;  // [samples, columns]
  std::vector<std::int64_t> actual;
  Weights weights;

  std::span<const double> row(std::size_t sample) const {
    return {scores.data() + sample * static_cast<std::size_t>(columns), static_cast<std::size_t>(columns)};
  }
  /// The score of the actual class. With one column, which must hold probabilities then, 1 - p for class 0.
  double of_actual(std::size_t sample) const {
    if (columns > 1) return row(sample)[static_cast<std::size_t>(actual[sample])];
    return actual[sample] == 1 ? scores[sample] : 1 - scores[sample];
  }
};
/// `prediction`: [N] or [N, C], C >= 2, floating point without NaN; `target`: [N], int64 or bool.
ScoreBatch score_batch(const char* metric, const Tensor& prediction, const Tensor& target, const Tensor& sample_weight);
/// The same of numbers of [0, 1].
ScoreBatch probability_batch(const char* metric, const Tensor& prediction, const Tensor& target,
                             const Tensor& sample_weight);

/// An Error unless both have one shape.
void check_same_shape(const char* metric, const Tensor& prediction, const Tensor& target);

/// An Error unless there are samples: their number, or the sum of their weights.
void check_seen(const char* metric, double samples);
/// sum / samples, which must have been seen.
double mean_of(const char* metric, double sum, double samples);

}  // namespace descent::metrics
