// Metrics of the order that scores put samples in: ROC AUC, average precision.
#pragma once

#include <cstdint>
#include <vector>

#include "descent/metrics/metric.h"

namespace descent {
namespace DESCENT_EXPORT metrics {

struct RankedSample;

/// All scores seen: ranks need them, so that memory grows with the number of samples (8 bytes a score, and 16 a
/// sample).
///
/// `prediction`: of class 1 the score (a probability, a logit, ...), [N]; or a score for each class, [N, C], C >= 2, of
/// which two columns are taken for two classes, and each column of more for its class against the rest. An Error for
/// NaN. `target`: classes, [N], int64 or bool.
class RankedScores {
 public:
  void update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {});
  void merge(const RankedScores& other);
  void reset() { *this = {}; }

  // The metrics: see the functions below.
  double roc_auc() const;
  Tensor roc_auc_per_class() const;
  double average_precision() const;
  Tensor average_precision_per_class() const;

 private:
  /// A metric of samples in the order of their scores.
  using OfRanking = double (*)(const std::vector<RankedSample>&);
  std::vector<RankedSample> ranking(std::int64_t positive_class) const;
  std::vector<double> of_each_class(const char* metric, OfRanking metric_of) const;
  double of_all(const char* metric, OfRanking metric_of) const;

  std::int64_t columns_ = 0;  // 1: the score of class 1
  std::vector<double> scores_;
  std::vector<std::int64_t> targets_;
  std::vector<double> weights_;
};

using ROCAUC = Metric<&RankedScores::roc_auc>;
using ROCAUCPerClass = Metric<&RankedScores::roc_auc_per_class>;
using AveragePrecision = Metric<&RankedScores::average_precision>;
using AveragePrecisionPerClass = Metric<&RankedScores::average_precision_per_class>;

/// Area under the receiver operating characteristic: how probable it is that a sample of the class scores higher than
/// one that is not of it, ties counting half.
///
///   roc_auc = P(score_positive > score_negative) + P(score_positive = score_negative) / 2
///
/// For two classes that of class 1. For more the mean over the classes of the area of each against the rest (macro
/// one-vs-rest), which roc_auc_per_class gives: [C]. NaN where a class, or all else, has no samples, and then in the
/// mean too. Prediction and target are those of RankedScores.
///
/// Choose it to judge scores whatever threshold they are cut at; average_precision for a rare class.
///
/// Source: Hanley, McNeil, 1982, doi:10.1148/radiology.143.1.7063747; scikit-learn, roc_auc_score.
inline double roc_auc(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("roc_auc", ROCAUC(), prediction, target, sample_weight);
}
inline Tensor roc_auc_per_class(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("roc_auc_per_class", ROCAUCPerClass(), prediction, target, sample_weight);
}

/// Average precision: the area under the steps of precision over recall, from the highest score down.
///
///   average_precision = sum_n (recall_n - recall_(n-1)) precision_n   over the n-th distinct score
///
/// For two classes that of class 1. For more the mean over the classes of each against the rest, which
/// average_precision_per_class gives: [C]. 0 for a class without samples. Prediction and target are those of
/// RankedScores.
///
/// Choose it when the class looked for is rare: scores without information give the frequency of the class, not 0.5.
///
/// Source: scikit-learn, average_precision_score.
inline double average_precision(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("average_precision", AveragePrecision(), prediction, target, sample_weight);
}
inline Tensor average_precision_per_class(const Tensor& prediction, const Tensor& target,
                                          const Tensor& sample_weight = {}) {
  return compute_once("average_precision_per_class", AveragePrecisionPerClass(), prediction, target, sample_weight);
}

}  // namespace metrics
}  // namespace descent
