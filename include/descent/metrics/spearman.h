#pragma once

#include <vector>

#include "descent/metrics/metric.h"

namespace descent {
namespace DESCENT_EXPORT metrics {

/// Spearman correlation of batches; see the function spearman_corrcoef. Ranks need all numbers seen, so that memory
/// grows with the number of samples (16 bytes each).
class SpearmanCorrCoef {
 public:
  void update(const Tensor& prediction, const Tensor& target);
  double compute() const;
  void merge(const SpearmanCorrCoef& other);
  void reset() { *this = {}; }

 private:
  std::vector<double> predictions_, targets_;
};

/// Spearman rank correlation coefficient: the Pearson correlation of the ranks of predictions and targets, equal ones
/// sharing the mean of their ranks (Spearman, 1904).
///
/// Prediction and target have one shape; every element is a sample. An Error for NaN. Of [-1, 1]; NaN where all
/// predictions or all targets are equal. There are no sample weights.
///
/// Choose it when the order of the predictions is what matters.
///
/// Source: SciPy, stats.spearmanr.
inline double spearman_corrcoef(const Tensor& prediction, const Tensor& target) {
  return compute_once("spearman_corrcoef", SpearmanCorrCoef(), prediction, target);
}

}  // namespace metrics
}  // namespace descent
