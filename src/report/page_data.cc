#include "report/page_data.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <variant>

namespace descent::report {

namespace {

using train::EpochRecord;

constexpr std::size_t kMostEpochs = 1000;
constexpr std::size_t kMostCurvePoints = 200;
constexpr std::size_t kMostScatterPoints = 2000;

/// A column of numbers, of which those at `places`.
template <class Value>
std::vector<Value> picked(const std::vector<Value>& values, const std::vector<std::size_t>& places) {
  std::vector<Value> column;
  column.reserve(places.size());
  for (const std::size_t place : places) column.push_back(values[place]);
  return column;
}

/// The numbers of epochs by their names: what EpochRecord has but for the time, and the metrics.
std::vector<std::pair<std::string, std::vector<double>>> columns_of(const train::History& history) {
  std::vector<std::pair<std::string, std::vector<double>>> columns;
  for (const auto& [name, number] : train::kEpochNumbers) {
    columns.emplace_back(name, std::vector<double>());
    for (const EpochRecord& epoch : history.epochs) columns.back().second.push_back(epoch.*number);
  }
  for (const std::string& name : history.metric_names()) {
    columns.emplace_back(name, std::vector<double>());
    for (const EpochRecord& epoch : history.epochs) columns.back().second.push_back(epoch.metric(name));
  }
  return columns;
}

void add_extremes(const std::vector<double>& values, std::set<std::size_t>& places) {
  std::size_t least = values.size(), greatest = values.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    if (least == values.size() || values[i] < values[least]) least = i;
    if (greatest == values.size() || values[i] > values[greatest]) greatest = i;
  }
  if (least < values.size()) places.insert({least, greatest});
}

JsonObject steps_of(const train::Curve& curve) {
  std::vector<std::int64_t> steps;
  std::vector<double> loss, least, greatest;
  std::int64_t step = 0;
  for (const train::Curve::Bucket& bucket : curve.buckets()) {
    step += bucket.steps;
    steps.push_back(step);
    loss.push_back(bucket.mean);
    least.push_back(bucket.least);
    greatest.push_back(bucket.greatest);
  }
  return JsonObject().add("step", steps).add("loss", loss).add("least", least).add("greatest", greatest);
}

/// A curve through those of its points at `places`.
JsonObject curve_to_json(const std::vector<double>& x, const std::vector<double>& y,
                         const std::vector<double>& thresholds, const std::vector<std::size_t>& places) {
  return JsonObject()
      .add("x", picked(x, places))
      .add("y", picked(y, places))
      .add("threshold", picked(thresholds, places));
}

JsonObject to_json(const train::ClassCurves& curves, const data::Target& target) {
  const auto& roc = curves.roc;
  const auto& points = curves.precision_recall;
  const auto of_roc = thinned(roc.thresholds.size(), kMostCurvePoints);
  const auto of_points = thinned(points.thresholds.size(), kMostCurvePoints);
  return JsonObject()
      .add("class", target.classes[static_cast<std::size_t>(curves.positive_class)])
      .add("roc_auc", curves.roc_auc)
      .add("average_precision", curves.average_precision)
      .add("roc", curve_to_json(roc.false_positive_rate, roc.true_positive_rate, roc.thresholds, of_roc))
      .add("precision_recall", curve_to_json(points.recall, points.precision, points.thresholds, of_points));
}

JsonObject to_json(const train::ClassDiagnosis& classes, const data::Target& target) {
  const auto name = [&](std::int64_t position) { return target.classes[static_cast<std::size_t>(position)]; };
  std::vector<JsonObject> curves, bins, most_wrong;
  for (const train::ClassCurves& of_class : classes.curves) curves.push_back(to_json(of_class, target));
  for (const metrics::CalibrationBin& bin : classes.calibration)
    bins.push_back(
        JsonObject().add("samples", bin.samples).add("right", bin.right).add("confidence", bin.mean_confidence));
  for (const train::WrongClass& wrong : classes.most_wrong)
    most_wrong.push_back(JsonObject()
                             .add("line", wrong.line)
                             .add("actual", name(wrong.actual))
                             .add("predicted", name(wrong.predicted))
                             .add("probability_of_predicted", wrong.probability_of_predicted)
                             .add("probability_of_actual", wrong.probability_of_actual));
  return JsonObject()
      .add("curves", curves)
      .add("calibration", JsonObject().add("error", classes.expected_calibration_error).add("bins", bins))
      .add("most_wrong", most_wrong);
}

JsonObject to_json(const train::QuantityDiagnosis& quantities, const data::Target&) {
  const auto places = thinned(quantities.actual.size(), kMostScatterPoints);
  std::vector<JsonObject> most_wrong;
  for (const train::WrongQuantity& wrong : quantities.most_wrong)
    most_wrong.push_back(JsonObject()
                             .add("line", wrong.line)
                             .add("actual", wrong.actual)
                             .add("predicted", wrong.predicted)
                             .add("deviation", wrong.deviation));
  return JsonObject()
      .add("quantities", JsonObject()
                             .add("rows", quantities.actual.size())
                             .add("actual", picked(quantities.actual, places))
                             .add("predicted", picked(quantities.predicted, places)))
      .add("most_wrong", most_wrong);
}

JsonObject to_json(const train::PermutationImportance& importance) {
  std::vector<JsonObject> columns;
  for (const train::ColumnImportance& column : importance.columns)
    columns.push_back(
        JsonObject().add("name", column.name).add("mean", column.mean).add("spread", column.standard_deviation));
  return JsonObject()
      .add("rows", importance.rows)
      .add("score", importance.score)
      .add("left_out", importance.columns_left_out)
      .add("columns", columns);
}

JsonObject to_json(const train::Histogram& histogram) {
  double count = 0;
  for (const std::int64_t of_bucket : histogram.counts) count += static_cast<double>(of_bucket);
  const double mean = histogram.sum / count;
  return JsonObject()
      .add("least", histogram.least)
      .add("greatest", histogram.greatest)
      .add("mean", mean)
      .add("deviation", std::sqrt(std::max(histogram.sum_of_squares / count - mean * mean, 0.0)))
      .add("counts", histogram.counts);
}

}  // namespace

std::vector<std::size_t> thinned(std::size_t n, std::size_t most) {
  std::vector<std::size_t> places;
  const std::size_t count = std::min(n, most);
  for (std::size_t i = 0; i < count; ++i) places.push_back(count == n ? i : i * (n - 1) / (count - 1));
  return places;
}

JsonObject history_to_json(const train::History& history) {
  const auto columns = columns_of(history);
  const std::size_t count = history.epochs.size(), every = count / kMostEpochs + (count % kMostEpochs == 0 ? 0 : 1);
  std::set<std::size_t> places;
  for (std::size_t i = 0; i < count; i += every) places.insert(i);
  if (count > 0) places.insert(count - 1);
  for (const auto& [name, values] : columns) add_extremes(values, places);

  const std::vector<std::size_t> kept(places.begin(), places.end());
  std::vector<std::int64_t> numbers;
  for (const std::size_t place : kept) numbers.push_back(history.epochs[place].epoch);
  JsonObject epochs, metrics;
  epochs.add("epoch", numbers);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& [name, values] = columns[i];
    (i < std::size(train::kEpochNumbers) ? epochs : metrics).add(name, picked(values, kept));
  }
  return JsonObject()
      .add("epochs", epochs.add("metrics", metrics))
      .add("every", std::max<std::size_t>(every, 1))
      .add("steps", steps_of(history.loss));
}

JsonObject to_json(const train::WeightHistograms& weights) {
  std::vector<std::int64_t> epochs;
  std::map<std::string, std::vector<JsonObject>> of_tensors;
  for (const auto& [epoch, histograms] : weights.records()) {
    epochs.push_back(epoch);
    for (const auto& [name, histogram] : histograms) of_tensors[name].push_back(to_json(histogram));
  }
  JsonObject tensors;
  for (const auto& [name, histograms] : of_tensors) tensors.add(name, histograms);
  return JsonObject().add("epochs", epochs).add("tensors", tensors);
}

JsonObject to_json(const train::Diagnosis& diagnosis, const data::Target& target) {
  JsonObject object = std::visit([&](const auto& of_task) { return to_json(of_task, target); }, diagnosis.of_task);
  return object.add("importance", to_json(diagnosis.importance));
}

}  // namespace descent::report
