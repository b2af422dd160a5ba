// From the outputs of a network to metrics, chunk by chunk.
#pragma once

#include "descent/metrics.h"
#include "descent/train/tabular_model.h"

namespace descent::train {

/// The quantities of a target as they stand in the table, where nothing was rounded.
Tensor actual_values(const data::Target& target, const data::Table& table, const data::Rows& rows);

class Measurement {
 public:
  /// The target must outlive it.
  Measurement(const data::Target& target, TabularLoss loss) : target_(target), loss_(std::move(loss)) {}
  /// `targets` are encoded, `actual` in their unit. With weights, [rows], the loss is a weighted mean.
  void add(const Tensor& outputs, const Tensor& targets, const Tensor& actual, const Tensor& weights = {});
  Metrics metrics() const;

 private:
  const data::Target& target_;
  TabularLoss loss_;
  std::int64_t rows_ = 0;
  double loss_sum_ = 0, weight_sum_ = 0;
  metrics::ClassCounts counts_;
  metrics::RegressionMoments moments_;
};

class ClassificationMeasurement {
 public:
  void add(const Tensor& probabilities, const Tensor& classes);
  ClassificationDetails details() const;

 private:
  bool detailed_ = true;
  metrics::LogLoss log_loss_;
  metrics::BrierScore brier_score_;
  metrics::ExpectedCalibrationError calibration_error_;
  metrics::RankedScores ranking_;
  metrics::ConfusionMatrix confusion_;
};

class RegressionMeasurement {
 public:
  void add(const Tensor& values, const Tensor& actual);
  /// `intervals` [rows, 2] for `actual`.
  void add_intervals(const Tensor& intervals, const Tensor& actual);
  RegressionDetails details() const;

 private:
  double rows_with_interval_ = 0, rows_within_ = 0, widths_ = 0;
  bool zero_target_ = false;
  metrics::MeanAbsolutePercentageError percentage_error_;
  metrics::SpearmanCorrCoef spearman_;
};

}  // namespace descent::train
