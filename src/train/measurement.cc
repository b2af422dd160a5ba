#include "train/measurement.h"

#include <cmath>

#include "descent/create.h"
#include "descent/ops.h"

namespace descent::train {

Tensor actual_values(const data::Target& target, const data::Table& table, const data::Rows& rows) {
  const data::Column& column = data::find_column(table, target.name);
  std::vector<double> values;
  values.reserve(rows.size());
  for (const std::size_t row : rows) values.push_back(column.numbers[row]);
  return tensor(values);
}

void Measurement::add(const Tensor& outputs, const Tensor& targets, const Tensor& actual, const Tensor& weights) {
  rows_ += targets.numel();
  const double weight = weights.defined() ? sum(weights).item() : static_cast<double>(targets.numel());
  weight_sum_ += weight;
  loss_sum_ += weights.defined() ? sum(loss_.per_row(outputs, targets) * weights).item()
                                 : loss_.function(outputs, targets).item() * weight;
  if (target_.task == data::Task::classification)
    counts_.update(outputs, actual);
  else
    moments_.update(data::decode_outputs(target_, outputs), actual);
}

Metrics Measurement::metrics() const {
  Metrics metrics{static_cast<std::size_t>(rows_), loss_sum_ / weight_sum_, counts_};
  if (target_.task == data::Task::regression) metrics.of_task = moments_;
  return metrics;
}

void ClassificationMeasurement::add(const Tensor& probabilities, const Tensor& classes) {
  log_loss_.update(probabilities, classes);
  brier_score_.update(probabilities, classes);
  calibration_error_.update(probabilities, classes);
  detailed_ = probabilities.size(1) <= kMostClassesDetailed;
  if (!detailed_) return;
  ranking_.update(probabilities, classes);
  confusion_.update(probabilities, classes);
}

ClassificationDetails ClassificationMeasurement::details() const {
  ClassificationDetails details{.log_loss = log_loss_.compute(),
                                .brier_score = brier_score_.compute(),
                                .expected_calibration_error = calibration_error_.compute()};
  if (!detailed_) return details;
  details.confusion = confusion_.compute();
  const double roc_auc = ranking_.roc_auc();
  if (std::isnan(roc_auc)) return details;
  details.roc_auc = roc_auc;
  details.average_precision = ranking_.average_precision();
  return details;
}

void RegressionMeasurement::add(const Tensor& values, const Tensor& actual) {
  zero_target_ = zero_target_ || any(actual == 0).item<bool>();
  percentage_error_.update(values, actual);
  spearman_.update(values, actual);
}

void RegressionMeasurement::add_intervals(const Tensor& intervals, const Tensor& actual) {
  const Tensor low = select(intervals, 1, 0), high = select(intervals, 1, 1);
  rows_with_interval_ += static_cast<double>(actual.numel());
  rows_within_ += sum(logical_and(low <= actual, actual <= high).to(float64)).item();
  widths_ += sum(high - low).item();
}

RegressionDetails RegressionMeasurement::details() const {
  RegressionDetails details{.spearman_corrcoef = spearman_.compute()};
  if (rows_with_interval_ > 0)
    details.intervals = {.coverage = rows_within_ / rows_with_interval_, .mean_width = widths_ / rows_with_interval_};
  if (!zero_target_) details.mean_absolute_percentage_error = percentage_error_.compute();
  return details;
}

}  // namespace descent::train
