#include "descent/metrics/probability.h"

#include <algorithm>
#include <cmath>

#include "metrics/batch.h"

namespace descent::metrics {

namespace {

void add(const CalibrationBin& more, CalibrationBin& bin) {
  bin.samples += more.samples;
  bin.right += more.right;
  if (more.samples > 0)
    bin.mean_confidence += (more.mean_confidence - bin.mean_confidence) * (more.samples / bin.samples);
}

}  // namespace

void LogLoss::update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight) {
  const ScoreBatch batch = probability_batch("log_loss", prediction, target, sample_weight);
  const double eps = epsilon_of(prediction.dtype());
  for (std::size_t i = 0; i < batch.actual.size(); ++i) {
    sum_ -= batch.weights[i] * std::log(std::clamp(batch.of_actual(i), eps, 1 - eps));
    samples_ += batch.weights[i];
  }
}

double LogLoss::compute() const { return mean_of("log_loss", sum_, samples_); }

void LogLoss::merge(const LogLoss& other) {
  sum_ += other.sum_;
  samples_ += other.samples_;
}

void BrierScore::update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight) {
  const ScoreBatch batch = probability_batch("brier_score", prediction, target, sample_weight);
  for (std::size_t i = 0; i < batch.actual.size(); ++i) {
    double squares = 0;
    if (batch.columns == 1) {
      squares = std::pow(batch.scores[i] - static_cast<double>(batch.actual[i]), 2);
    } else {
      const auto probabilities = batch.row(i);
      for (std::size_t c = 0; c < probabilities.size(); ++c)
        squares += std::pow(probabilities[c] - (c == static_cast<std::size_t>(batch.actual[i])), 2);
      if (batch.columns == 2) squares /= 2;
    }
    sum_ += batch.weights[i] * squares;
    samples_ += batch.weights[i];
  }
}

double BrierScore::compute() const { return mean_of("brier_score", sum_, samples_); }

void BrierScore::merge(const BrierScore& other) {
  sum_ += other.sum_;
  samples_ += other.samples_;
}

ExpectedCalibrationError::ExpectedCalibrationError(ExpectedCalibrationErrorOptions options) {
  if (options.bins < 1 || options.bins > 1'000'000)
    fail("expected_calibration_error: bins = ", options.bins, " must be at least 1 and at most 1000000");
  bins_.resize(static_cast<std::size_t>(options.bins));
}

void ExpectedCalibrationError::update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight) {
  const ScoreBatch batch = probability_batch("expected_calibration_error", prediction, target, sample_weight);
  const double bins = static_cast<double>(bins_.size());
  for (std::size_t i = 0; i < batch.actual.size(); ++i) {
    const auto probabilities = batch.row(i);
    const auto largest = std::max_element(probabilities.begin(), probabilities.end());
    const std::int64_t predicted = batch.columns == 1 ? 1 : largest - probabilities.begin();
    const auto bin = static_cast<std::size_t>(std::max(std::ceil(*largest * bins) - 1, 0.0));
    add({batch.weights[i], predicted == batch.actual[i] ? batch.weights[i] : 0, *largest}, bins_[bin]);
  }
}

double ExpectedCalibrationError::compute() const {
  double gaps = 0, samples = 0;
  for (const CalibrationBin& bin : bins_) {
    gaps += std::fabs(bin.right - bin.samples * bin.mean_confidence);
    samples += bin.samples;
  }
  return mean_of("expected_calibration_error", gaps, samples);
}

void ExpectedCalibrationError::merge(const ExpectedCalibrationError& other) {
  if (bins_.size() != other.bins_.size())
    fail("expected_calibration_error: ", other.bins_.size(), " bins cannot be merged into ", bins_.size());
  for (std::size_t b = 0; b < bins_.size(); ++b) add(other.bins_[b], bins_[b]);
}

}  // namespace descent::metrics
