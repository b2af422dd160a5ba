// Metrics of predicted classes: accuracy, precision, recall, F1, Matthews correlation.
#pragma once

#include <cstdint>
#include <vector>

#include "descent/metrics/metric.h"

namespace descent {
namespace DESCENT_EXPORT metrics {

/// How the values of the classes become one: that of class `pos_label` alone; their mean; the value of the counts of
/// all classes added up; or their mean weighted by how many samples each class has. Means are over the classes that
/// occur, as predictions or as targets.
enum class Average : std::uint8_t { binary, macro, micro, weighted };

struct AverageOptions {
  Average average = Average::binary;
  /// The class that Average::binary is about. An Error if there are more than two classes, or two others.
  std::int64_t pos_label = 1;
  /// The value of a class for which it is 0 / 0. NaN leaves such classes out of the mean, which is
  /// NaN itself if none of any weight is left.
  double zero_division = 0;
};

struct PerClassOptions {
  /// The value of a class for which it is 0 / 0.
  double zero_division = 0;
};

/// How many samples of each class there are, how many were predicted to be of it, and how many both.
///
/// `prediction`: classes (int64 or bool), of the target's shape; or scores (floating point) of shape [N, C] or
/// [N, C, d1, ...] for a target of shape [N] or [N, d1, ...], where the class of the largest score is the predicted
/// one, the first of equals. `target`: classes (int64 or bool). Classes count from 0 to at most 2^20 - 1 and, beside
/// scores, to C - 1; others are an Error.
class ClassCounts {
 public:
  void update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {});
  void merge(const ClassCounts& other);
  void reset() { *this = {}; }

  /// Of one class: how many samples there are, how many were predicted, how many both; or the sums of their weights.
  struct Counts {
    double actual = 0, predicted = 0, right = 0;
  };
  /// Of each class: as many as the scores had columns, or up to the largest seen.
  const std::vector<Counts>& counts() const { return counts_; }

  // The metrics: see the functions below.
  double accuracy() const;
  double balanced_accuracy() const;
  double precision(AverageOptions options = {}) const;
  double recall(AverageOptions options = {}) const;
  double f1(AverageOptions options = {}) const;
  Tensor precision_per_class(PerClassOptions options = {}) const;
  Tensor recall_per_class(PerClassOptions options = {}) const;
  Tensor f1_per_class(PerClassOptions options = {}) const;
  double matthews_corrcoef() const;

 private:
  std::vector<Counts> counts_;
};

using Accuracy = Metric<&ClassCounts::accuracy>;
using BalancedAccuracy = Metric<&ClassCounts::balanced_accuracy>;
using Precision = Metric<&ClassCounts::precision>;
using Recall = Metric<&ClassCounts::recall>;
using F1 = Metric<&ClassCounts::f1>;
using PrecisionPerClass = Metric<&ClassCounts::precision_per_class>;
using RecallPerClass = Metric<&ClassCounts::recall_per_class>;
using F1PerClass = Metric<&ClassCounts::f1_per_class>;
using MatthewsCorrCoef = Metric<&ClassCounts::matthews_corrcoef>;

/// Accuracy: the part of the samples whose class was predicted right.
///
///   accuracy = right / samples
///
/// Prediction and target are those of ClassCounts.
///
/// Choose it when classes are about equally frequent and all mistakes are alike.
///
/// Source: scikit-learn, accuracy_score.
inline double accuracy(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("accuracy", Accuracy(), prediction, target, sample_weight);
}

/// Balanced accuracy: the mean of the recalls of the classes that have samples.
///
///   balanced_accuracy = mean_c (right_c / actual_c)   over c with actual_c > 0
///
/// Prediction and target are those of ClassCounts.
///
/// Choose it when classes are of different frequency and each counts as much as another: guessing the commonest class
/// gives 1 / C.
///
/// Source: Brodersen, Ong, Stephan, Buhmann, 2010; scikit-learn, balanced_accuracy_score.
inline double balanced_accuracy(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("balanced_accuracy", BalancedAccuracy(), prediction, target, sample_weight);
}

/// Precision: the part of the samples predicted to be of a class that are.
///
///   precision_c = right_c / predicted_c
///
/// One number, averaged as the options say, or one a class, [C]. Prediction and target are those of
/// ClassCounts.
///
/// Choose it when a false alarm is what costs.
///
/// Source: scikit-learn, precision_score.
inline double precision(const Tensor& prediction, const Tensor& target, const AverageOptions& options = {},
                        const Tensor& sample_weight = {}) {
  return compute_once("precision", Precision(options), prediction, target, sample_weight);
}
inline Tensor precision_per_class(const Tensor& prediction, const Tensor& target, const PerClassOptions& options = {},
                                  const Tensor& sample_weight = {}) {
  return compute_once("precision_per_class", PrecisionPerClass(options), prediction, target, sample_weight);
}

/// Recall: the part of the samples of a class that were predicted to be of it.
///
///   recall_c = right_c / actual_c
///
/// One number, averaged as the options say, or one a class, [C]. Prediction and target are those of
/// ClassCounts.
///
/// Choose it when a case that is missed is what costs.
///
/// Source: scikit-learn, recall_score.
inline double recall(const Tensor& prediction, const Tensor& target, const AverageOptions& options = {},
                     const Tensor& sample_weight = {}) {
  return compute_once("recall", Recall(options), prediction, target, sample_weight);
}
inline Tensor recall_per_class(const Tensor& prediction, const Tensor& target, const PerClassOptions& options = {},
                               const Tensor& sample_weight = {}) {
  return compute_once("recall_per_class", RecallPerClass(options), prediction, target, sample_weight);
}

/// F1: the harmonic mean of precision and recall.
///
///   f1_c = 2 right_c / (actual_c + predicted_c)
///
/// One number, averaged as the options say, or one a class, [C]. Prediction and target are those of
/// ClassCounts.
///
/// Choose it when false alarms and missed cases of a rare class cost alike; the macro average for many classes.
///
/// Source: scikit-learn, f1_score.
inline double f1(const Tensor& prediction, const Tensor& target, const AverageOptions& options = {},
                 const Tensor& sample_weight = {}) {
  return compute_once("f1", F1(options), prediction, target, sample_weight);
}
inline Tensor f1_per_class(const Tensor& prediction, const Tensor& target, const PerClassOptions& options = {},
                           const Tensor& sample_weight = {}) {
  return compute_once("f1_per_class", F1PerClass(options), prediction, target, sample_weight);
}

/// Matthews correlation coefficient: the correlation of predicted and actual class, for two classes (Matthews, 1975)
/// or more (Gorodkin, 2004).
///
///   mcc = (right n - sum_c actual_c predicted_c)
///         / sqrt((n^2 - sum_c predicted_c^2) (n^2 - sum_c actual_c^2))
///
/// Of [-1, 1]; 0 where it is 0 / 0, when all predictions or all targets are of one class. Prediction and target are
/// those of ClassCounts.
///
/// Choose it as the one number for classes of different frequency: it is high only if every class is predicted well.
///
/// Source: Gorodkin, 2004, doi:10.1016/j.compbiolchem.2004.09.006; scikit-learn, matthews_corrcoef.
inline double matthews_corrcoef(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("matthews_corrcoef", MatthewsCorrCoef(), prediction, target, sample_weight);
}

}  // namespace metrics
}  // namespace descent
