// Metrics of the order that scores put samples in: ROC AUC, average precision, and the curves that they are areas
// under.
#pragma once

#include <cstdint>
#include <vector>

#include "descent/metrics/metric.h"

namespace descent {
namespace DESCENT_EXPORT metrics {

struct RankedSample;

struct CurveOptions {
  std::int64_t positive_class = 1;  // the one to tell from the rest
};

/// What comes of taking all samples for the class whose score is at least a threshold: a point for each distinct score,
/// from the highest down, behind one for a threshold that none reaches, which is infinite.
struct ROCPoints {
  std::vector<double> false_positive_rate = {}, true_positive_rate = {}, thresholds = {};
};
struct PrecisionRecallPoints {
  std::vector<double> precision = {}, recall = {}, thresholds = {};
};

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
  ROCPoints roc_curve(CurveOptions options) const;
  PrecisionRecallPoints precision_recall_curve(CurveOptions options) const;

 private:
  /// A metric of samples in the order of their scores.
  using OfRanking = double (*)(const std::vector<RankedSample>&);
  std::vector<RankedSample> ranking(std::int64_t positive_class) const;
  std::vector<RankedSample> ranking(const char* metric, CurveOptions options) const;
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
using ROCCurve = Metric<&RankedScores::roc_curve>;
using PrecisionRecallCurve = Metric<&RankedScores::precision_recall_curve>;

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

/// Receiver operating characteristic: which part of the class is found, and which part of the rest is taken for it, at
/// each threshold.
///
///   true_positive_rate  = samples of the class that score at least the threshold / samples of the class
///   false_positive_rate = other samples that score at least the threshold / other samples
///
/// The curve begins at (0, 0) and ends at (1, 1); the trapezoids below it have the area roc_auc. A rate is NaN where
/// there is nothing to divide by. Prediction and target are those of RankedScores; an Error for a class there is no
/// score for.
///
/// Choose it to see what a threshold costs, where roc_auc says one number for all of them.
///
/// Source: scikit-learn, roc_curve without drop_intermediate.
inline ROCPoints roc_curve(const Tensor& prediction, const Tensor& target, const CurveOptions& options = {},
                           const Tensor& sample_weight = {}) {
  return compute_once("roc_curve", ROCCurve(options), prediction, target, sample_weight);
}

/// Precision over recall: how many of those taken for the class are of it, and which part of the class is found, at
/// each threshold.
///
///   precision = samples of the class that score at least the threshold / samples that score at least the threshold
///   recall    = samples of the class that score at least the threshold / samples of the class
///
/// The curve begins with precision 1 at recall 0; the steps below it have the area average_precision. Recall is NaN
/// where the class has no samples. Prediction and target are those of RankedScores; an Error for a class there is no
/// score for.
///
/// Choose it for a rare class, where a false positive rate that looks small is many samples.
///
/// Source: scikit-learn, precision_recall_curve, in the reverse order.
inline PrecisionRecallPoints precision_recall_curve(const Tensor& prediction, const Tensor& target,
                                                    const CurveOptions& options = {},
                                                    const Tensor& sample_weight = {}) {
  return compute_once("precision_recall_curve", PrecisionRecallCurve(options), prediction, target, sample_weight);
}

}  // namespace metrics
}  // namespace descent
