// Metrics of predicted quantities: RMSE, MAE, MAPE, R^2, explained variance, Pearson correlation.
#pragma once

#include <cstdint>

#include "descent/metrics/metric.h"

namespace descent {
namespace DESCENT_EXPORT metrics {

/// Means, squared deviations and absolute errors, updated in one pass (Chan, Golub, LeVeque, 1983) without the
/// cancellation of sums of squares.
///
/// Prediction and target have one shape; every element is a sample. Numbers that are not finite give metrics that are
/// not.
class RegressionMoments {
 public:
  void update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {});
  void merge(const RegressionMoments& other);
  void reset() { *this = {}; }

  // The metrics: see the functions below.
  double root_mean_squared_error() const;
  double mean_absolute_error() const;
  double mean_absolute_percentage_error() const;
  double r2() const;
  double explained_variance() const;
  double pearson_corrcoef() const;

 private:
  double mean_squared_error(const char* metric) const;

  std::int64_t samples_ = 0;
  double weight_ = 0;
  /// The first sample, which all means are distances from: they keep the digits that means far from 0 would lose, and
  /// of equal numbers they are exactly 0.
  double first_target_ = 0, first_prediction_ = 0, first_error_ = 0;
  double mean_target_ = 0, mean_prediction_ = 0, mean_error_ = 0;
  /// Weighted sums of products of deviations from the means.
  double target_target_ = 0, prediction_prediction_ = 0, target_prediction_ = 0, error_error_ = 0;
  /// Weighted sums of |error| and of |error| / |target|.
  double absolute_ = 0, relative_ = 0;
};

using RootMeanSquaredError = Metric<&RegressionMoments::root_mean_squared_error>;
using MeanAbsoluteError = Metric<&RegressionMoments::mean_absolute_error>;
using MeanAbsolutePercentageError = Metric<&RegressionMoments::mean_absolute_percentage_error>;
using R2 = Metric<&RegressionMoments::r2>;
using ExplainedVariance = Metric<&RegressionMoments::explained_variance>;
using PearsonCorrCoef = Metric<&RegressionMoments::pearson_corrcoef>;

/// Root mean squared error, in the target's unit.
///
///   rmse = sqrt(mean((prediction - target)^2))
///
/// Prediction and target are those of RegressionMoments.
///
/// Choose it when large errors count more than their size says.
///
/// Source: scikit-learn, root_mean_squared_error.
inline double root_mean_squared_error(const Tensor& prediction, const Tensor& target,
                                      const Tensor& sample_weight = {}) {
  return compute_once("root_mean_squared_error", RootMeanSquaredError(), prediction, target, sample_weight);
}

/// Mean absolute error, in the target's unit.
///
///   mae = mean(|prediction - target|)
///
/// Prediction and target are those of RegressionMoments.
///
/// Choose it when an error counts by its size, outliers included.
///
/// Source: scikit-learn, mean_absolute_error.
inline double mean_absolute_error(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("mean_absolute_error", MeanAbsoluteError(), prediction, target, sample_weight);
}

/// Mean absolute percentage error, as a part of 1, not of 100.
///
///   mape = mean(|prediction - target| / max(|target|, eps))
///
/// eps is 2^-52. Prediction and target are those of RegressionMoments.
///
/// Choose it for targets of one sign whose errors count relative to them; near a target of 0 it means nothing.
///
/// Source: scikit-learn, mean_absolute_percentage_error.
inline double mean_absolute_percentage_error(const Tensor& prediction, const Tensor& target,
                                             const Tensor& sample_weight = {}) {
  return compute_once("mean_absolute_percentage_error", MeanAbsolutePercentageError(), prediction, target,
                      sample_weight);
}

/// Coefficient of determination, R^2: the part of the target's variance that is predicted.
///
///   r2 = 1 - sum((prediction - target)^2) / sum((target - mean target)^2)
///
/// 1 is perfect, 0 as good as the mean, below 0 worse. Where all targets are equal, 1 if all predictions are too, 0
/// otherwise; NaN of fewer than two samples. Prediction and target are those of RegressionMoments.
///
/// Choose it to compare models of one target by a number without unit.
///
/// Source: scikit-learn, r2_score.
inline double r2(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("r2", R2(), prediction, target, sample_weight);
}

/// Explained variance: R^2 of predictions whose mean error was taken off.
///
///   explained_variance = 1 - var(prediction - target) / var(target)
///
/// Where all targets are equal, 1 if all errors are too, 0 otherwise. Prediction and target are those of
/// RegressionMoments.
///
/// Choose it beside R^2: higher, it says that predictions are off by a constant.
///
/// Source: scikit-learn, explained_variance_score.
inline double explained_variance(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("explained_variance", ExplainedVariance(), prediction, target, sample_weight);
}

/// Pearson correlation coefficient of prediction and target.
///
///   r = cov(prediction, target) / sqrt(var(prediction) var(target))
///
/// Of [-1, 1]; NaN where all predictions or all targets are equal. Prediction and target are those of
/// RegressionMoments.
///
/// Choose it when a straight line from prediction to target is good enough, whatever its slope and offset.
///
/// Source: SciPy, stats.pearsonr.
inline double pearson_corrcoef(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("pearson_corrcoef", PearsonCorrCoef(), prediction, target, sample_weight);
}

}  // namespace metrics
}  // namespace descent
