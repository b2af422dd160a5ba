#pragma once

#include <cstdint>

#include "descent/metrics/metric.h"

namespace descent {
namespace DESCENT_EXPORT metrics {

struct TopKAccuracyOptions {
  std::int64_t k = 2;  // at least 1
};

/// Top-k accuracy of batches; see the function top_k_accuracy.
class TopKAccuracy {
 public:
  explicit TopKAccuracy(TopKAccuracyOptions options = {});
  void update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {});
  double compute() const;
  void merge(const TopKAccuracy& other);
  void reset() { *this = TopKAccuracy(options_); }

 private:
  TopKAccuracyOptions options_;
  double right_ = 0, samples_ = 0;
};

/// Top-k accuracy: the part of the samples whose class is among those of the k largest scores.
///
/// `prediction`: scores, [N, C], C >= 2, without NaN; of equal ones those of later classes come first, as in
/// scikit-learn. `target`: classes, [N], int64 or bool. 1 if k >= C.
///
/// Choose it for many classes of which several may be right, such as images of a thousand kinds.
///
/// Source: scikit-learn, top_k_accuracy_score.
inline double top_k_accuracy(const Tensor& prediction, const Tensor& target, const TopKAccuracyOptions& options = {},
                             const Tensor& sample_weight = {}) {
  return compute_once("top_k_accuracy", TopKAccuracy(options), prediction, target, sample_weight);
}

}  // namespace metrics
}  // namespace descent
