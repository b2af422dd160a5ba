#pragma once

#include <cstdint>
#include <vector>

#include "descent/metrics/metric.h"

namespace descent {
namespace DESCENT_EXPORT metrics {

/// The confusion matrix of batches; see the function confusion_matrix.
class ConfusionMatrix {
 public:
  void update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {});
  Tensor compute() const;
  void merge(const ConfusionMatrix& other);
  void reset() { *this = {}; }

 private:
  void grow(std::int64_t class_count);

  std::int64_t class_count_ = 0;
  std::vector<double> counts_;  // [class_count, class_count], a row an actual class
  bool weighted_ = false;
};

/// Confusion matrix: how many samples of each class were predicted to be of each.
///
///   confusion[i, j] = number of samples of class i predicted to be of class j
///
/// [C, C], int64; with sample weights their sums, float64. Prediction and target are those of ClassCounts, but of at
/// most 4,096 classes; C is the number of columns of the scores, or counts up to the largest class seen.
///
/// Choose it to see which classes are taken for which.
///
/// Source: scikit-learn, confusion_matrix.
inline Tensor confusion_matrix(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("confusion_matrix", ConfusionMatrix(), prediction, target, sample_weight);
}

}  // namespace metrics
}  // namespace descent
