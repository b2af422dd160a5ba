#include "descent/metrics/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/batch.h"

namespace descent::metrics {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// 1 - unexplained / total, and what scikit-learn puts in the place of a division by 0.
double explained_part(double unexplained, double total) {
  if (unexplained == 0) return 1;
  return total == 0 ? 0 : 1 - unexplained / total;
}

}  // namespace

void RegressionMoments::update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight) {
  check_same_shape("RegressionMoments", prediction, target);
  const Weights weights("RegressionMoments", target, sample_weight);
  const std::vector<double> predictions = prediction.to_vector<double>(), targets = target.to_vector<double>();
  if (targets.empty()) return;

  RegressionMoments batch;
  batch.first_target_ = weight_ > 0 ? first_target_ : targets[0];
  batch.first_prediction_ = weight_ > 0 ? first_prediction_ : predictions[0];
  batch.first_error_ = weight_ > 0 ? first_error_ : predictions[0] - targets[0];
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double weight = weights[i], error = predictions[i] - targets[i];
    batch.weight_ += weight;
    batch.mean_target_ += weight * (targets[i] - batch.first_target_);
    batch.mean_prediction_ += weight * (predictions[i] - batch.first_prediction_);
    batch.mean_error_ += weight * (error - batch.first_error_);
    batch.absolute_ += weight * std::fabs(error);
    batch.relative_ +=
        weight * std::fabs(error) / std::max(std::fabs(targets[i]), std::numeric_limits<double>::epsilon());
  }
  if (batch.weight_ == 0) return;
  batch.samples_ = static_cast<std::int64_t>(targets.size());
  batch.mean_target_ /= batch.weight_;
  batch.mean_prediction_ /= batch.weight_;
  batch.mean_error_ /= batch.weight_;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double target = targets[i] - batch.first_target_ - batch.mean_target_;
    const double prediction = predictions[i] - batch.first_prediction_ - batch.mean_prediction_;
    const double error = predictions[i] - targets[i] - batch.first_error_ - batch.mean_error_;
    batch.target_target_ += weights[i] * target * target;
    batch.prediction_prediction_ += weights[i] * prediction * prediction;
    batch.target_prediction_ += weights[i] * target * prediction;
    batch.error_error_ += weights[i] * error * error;
  }
  merge(batch);
}

void RegressionMoments::merge(const RegressionMoments& other) {
  if (other.weight_ == 0) return;
  if (weight_ == 0) {
    *this = other;
    return;
  }
  const double target = other.first_target_ - first_target_ + other.mean_target_ - mean_target_;
  const double prediction = other.first_prediction_ - first_prediction_ + other.mean_prediction_ - mean_prediction_;
  const double error = other.first_error_ - first_error_ + other.mean_error_ - mean_error_;
  const double weight = weight_ + other.weight_;
  const double of_other = other.weight_ / weight, of_both = weight_ * of_other;
  target_target_ += other.target_target_ + target * target * of_both;
  prediction_prediction_ += other.prediction_prediction_ + prediction * prediction * of_both;
  target_prediction_ += other.target_prediction_ + target * prediction * of_both;
  error_error_ += other.error_error_ + error * error * of_both;
  mean_target_ += target * of_other;
  mean_prediction_ += prediction * of_other;
  mean_error_ += error * of_other;
  absolute_ += other.absolute_;
  relative_ += other.relative_;
  weight_ = weight;
  samples_ += other.samples_;
}

double RegressionMoments::mean_squared_error(const char* metric) const {
  const double mean_error = first_error_ + mean_error_;
  return mean_of(metric, error_error_, weight_) + mean_error * mean_error;
}

double RegressionMoments::root_mean_squared_error() const {
  return std::sqrt(mean_squared_error("root_mean_squared_error"));
}
double RegressionMoments::mean_absolute_error() const { return mean_of("mean_absolute_error", absolute_, weight_); }
double RegressionMoments::mean_absolute_percentage_error() const {
  return mean_of("mean_absolute_percentage_error", relative_, weight_);
}

double RegressionMoments::r2() const {
  const double error = mean_squared_error("r2");
  return samples_ < 2 ? kNaN : explained_part(error, target_target_ / weight_);
}

double RegressionMoments::explained_variance() const {
  return explained_part(mean_of("explained_variance", error_error_, weight_), target_target_ / weight_);
}

double RegressionMoments::pearson_corrcoef() const {
  check_seen("pearson_corrcoef", weight_);
  if (target_target_ == 0 || prediction_prediction_ == 0) return kNaN;
  const double r = target_prediction_ / target_target_ * std::sqrt(target_target_ / prediction_prediction_);
  return std::clamp(r, -1.0, 1.0);
}

}  // namespace descent::metrics
