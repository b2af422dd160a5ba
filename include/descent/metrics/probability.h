// Metrics of predicted probabilities: log loss, Brier score, calibration error.
//
// `prediction`: the probability of class 1, [N], or that of each class, [N, C], C >= 2; an Error for a number outside
// of [0, 1]. Rows are not required to sum to 1. `target`: classes, [N], int64 or bool.
#pragma once

#include <cstdint>
#include <vector>

#include "descent/metrics/metric.h"

namespace descent {
namespace DESCENT_EXPORT metrics {

/// Log loss of batches; see the function log_loss.
class LogLoss {
 public:
  void update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {});
  double compute() const;
  void merge(const LogLoss& other);
  void reset() { *this = {}; }

 private:
  double sum_ = 0, samples_ = 0;
};

/// Log loss, or cross entropy: the mean of the negative logarithms of the probabilities of the classes that came.
///
///   log_loss = mean(-log p_target)
///
/// Probabilities are cut to [eps, 1 - eps], eps the machine precision of the prediction's dtype.
///
/// Choose it to compare probabilities; one confident mistake weighs heavily.
///
/// Source: scikit-learn, log_loss.
inline double log_loss(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("log_loss", LogLoss(), prediction, target, sample_weight);
}

/// Brier score of batches; see the function brier_score.
class BrierScore {
 public:
  void update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {});
  double compute() const;
  void merge(const BrierScore& other);
  void reset() { *this = {}; }

 private:
  double sum_ = 0, samples_ = 0;
};

/// Brier score: the mean squared error of the probabilities (Brier, 1950).
///
///   brier_score = mean((p_1 - [target = 1])^2)               for two classes
///   brier_score = mean(sum_c (p_c - [target = c])^2)         for more
///
/// Of [0, 1] for two classes, [0, 2] for more. A prediction of two columns gives half the sum over them.
///
/// Choose it to compare probabilities where a confident mistake may happen: it stays bounded.
///
/// Source: Brier, 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2; scikit-learn, brier_score_loss.
inline double brier_score(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
  return compute_once("brier_score", BrierScore(), prediction, target, sample_weight);
}

struct ExpectedCalibrationErrorOptions {
  std::int64_t bins = 15;  // of equal width, at least 1
};

/// The samples whose confidence is in one bin: how many, how many of them are right, by weight, and their mean
/// confidence; all 0 without samples. A bar of a reliability diagram.
struct CalibrationBin {
  double samples = 0, right = 0, mean_confidence = 0;
};

/// Expected calibration error of batches; see the function expected_calibration_error.
class ExpectedCalibrationError {
 public:
  explicit ExpectedCalibrationError(ExpectedCalibrationErrorOptions options = {});
  void update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {});
  double compute() const;
  /// What it is computed from, the lowest confidence first.
  const std::vector<CalibrationBin>& bins() const { return bins_; }
  /// Of as many bins.
  void merge(const ExpectedCalibrationError& other);
  void reset() { *this = ExpectedCalibrationError({static_cast<std::int64_t>(bins_.size())}); }

 private:
  std::vector<CalibrationBin> bins_;
};

/// Expected calibration error: how far, on average, confidence is from the frequency of being right (Naeini, Cooper,
/// Hauskrecht, 2015).
///
///   ece = sum_b samples_b / samples |right_b / samples_b - mean confidence_b|   over bins ((b - 1) / B, b / B]
///
/// Confidence is that of the class of the largest probability, the first of equals; with a prediction of shape [N] it
/// is the probability of class 1, and right is being of class 1. 0 is in the first bin.
///
/// Choose it beside accuracy to see whether probabilities can be taken at their word; alone it is no measure of how
/// good a model is, as always predicting the frequencies of the classes gives 0.
///
/// Source: Guo, Pleiss, Sun, Weinberger, 2017, arXiv:1706.04599.
inline double expected_calibration_error(const Tensor& prediction, const Tensor& target,
                                         const ExpectedCalibrationErrorOptions& options = {},
                                         const Tensor& sample_weight = {}) {
  return compute_once("expected_calibration_error", ExpectedCalibrationError(options), prediction, target,
                      sample_weight);
}

}  // namespace metrics
}  // namespace descent
