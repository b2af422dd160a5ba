#include "report/page_data.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace descent::report {

namespace {

using nlohmann::ordered_json;
using train::EpochRecord;

constexpr std::size_t kMostEpochs = 1000;
constexpr std::size_t kMostCurvePoints = 200;
constexpr std::size_t kMostScatterPoints = 2000;

/// A column of numbers, of which those at `places`.
template <class Value>
ordered_json picked(const std::vector<Value>& values, const std::vector<std::size_t>& places) {
  ordered_json column = ordered_json::array();
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

ordered_json steps_of(const train::Curve& curve) {
  ordered_json steps{{"step", ordered_json::array()},
                     {"loss", ordered_json::array()},
                     {"least", ordered_json::array()},
                     {"greatest", ordered_json::array()}};
  std::int64_t step = 0;
  for (const train::Curve::Bucket& bucket : curve.buckets()) {
    step += bucket.steps;
    steps["step"].push_back(step);
    steps["loss"].push_back(bucket.mean);
    steps["least"].push_back(bucket.least);
    steps["greatest"].push_back(bucket.greatest);
  }
  return steps;
}

ordered_json to_json(const train::ClassCurves& curves, const data::Target& target) {
  const auto roc = thinned(curves.roc.thresholds.size(), kMostCurvePoints);
  const auto points = thinned(curves.precision_recall.thresholds.size(), kMostCurvePoints);
  return {{"class", target.classes[static_cast<std::size_t>(curves.positive_class)]},
          {"roc_auc", curves.roc_auc},
          {"average_precision", curves.average_precision},
          {"roc",
           {{"x", picked(curves.roc.false_positive_rate, roc)},
            {"y", picked(curves.roc.true_positive_rate, roc)},
            {"threshold", picked(curves.roc.thresholds, roc)}}},
          {"precision_recall",
           {{"x", picked(curves.precision_recall.recall, points)},
            {"y", picked(curves.precision_recall.precision, points)},
            {"threshold", picked(curves.precision_recall.thresholds, points)}}}};
}

void add(const train::ClassDiagnosis& classes, const data::Target& target, ordered_json& object) {
  const auto name = [&](std::int64_t position) { return target.classes[static_cast<std::size_t>(position)]; };
  object["curves"] = ordered_json::array();
  for (const train::ClassCurves& curves : classes.curves) object["curves"].push_back(to_json(curves, target));
  object["calibration"] = {{"error", classes.expected_calibration_error}, {"bins", ordered_json::array()}};
  for (const metrics::CalibrationBin& bin : classes.calibration)
    object["calibration"]["bins"].push_back(
        {{"samples", bin.samples}, {"right", bin.right}, {"confidence", bin.mean_confidence}});
  object["most_wrong"] = ordered_json::array();
  for (const train::WrongClass& wrong : classes.most_wrong)
    object["most_wrong"].push_back({{"line", wrong.line},
                                    {"actual", name(wrong.actual)},
                                    {"predicted", name(wrong.predicted)},
                                    {"probability_of_predicted", wrong.probability_of_predicted},
                                    {"probability_of_actual", wrong.probability_of_actual}});
}

void add(const train::QuantityDiagnosis& quantities, ordered_json& object) {
  const auto places = thinned(quantities.actual.size(), kMostScatterPoints);
  object["quantities"] = {{"rows", quantities.actual.size()},
                          {"actual", picked(quantities.actual, places)},
                          {"predicted", picked(quantities.predicted, places)}};
  object["most_wrong"] = ordered_json::array();
  for (const train::WrongQuantity& wrong : quantities.most_wrong)
    object["most_wrong"].push_back({{"line", wrong.line},
                                    {"actual", wrong.actual},
                                    {"predicted", wrong.predicted},
                                    {"deviation", wrong.deviation}});
}

ordered_json to_json(const train::PermutationImportance& importance) {
  ordered_json object{{"rows", importance.rows},
                      {"score", importance.score},
                      {"left_out", importance.columns_left_out},
                      {"columns", ordered_json::array()}};
  for (const train::ColumnImportance& column : importance.columns)
    object["columns"].push_back({{"name", column.name}, {"mean", column.mean}, {"spread", column.standard_deviation}});
  return object;
}

}  // namespace

std::vector<std::size_t> thinned(std::size_t n, std::size_t most) {
  std::vector<std::size_t> places;
  const std::size_t count = std::min(n, most);
  for (std::size_t i = 0; i < count; ++i) places.push_back(count == n ? i : i * (n - 1) / (count - 1));
  return places;
}

ordered_json history_to_json(const train::History& history) {
  const auto columns = columns_of(history);
  const std::size_t count = history.epochs.size(), every = count / kMostEpochs + (count % kMostEpochs == 0 ? 0 : 1);
  std::set<std::size_t> places;
  for (std::size_t i = 0; i < count; i += every) places.insert(i);
  if (count > 0) places.insert(count - 1);
  for (const auto& [name, values] : columns) add_extremes(values, places);

  const std::vector<std::size_t> kept(places.begin(), places.end());
  ordered_json epochs{{"epoch", ordered_json::array()}};
  for (const std::size_t place : kept) epochs["epoch"].push_back(history.epochs[place].epoch);
  epochs["metrics"] = ordered_json::object();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& [name, values] = columns[i];
    (i < std::size(train::kEpochNumbers) ? epochs : epochs["metrics"])[name] = picked(values, kept);
  }
  return {{"epochs", std::move(epochs)}, {"every", std::max<std::size_t>(every, 1)}, {"steps", steps_of(history.loss)}};
}

ordered_json to_json(const train::WeightHistograms& weights) {
  ordered_json epochs = ordered_json::array(), tensors = ordered_json::object();
  for (const auto& [epoch, histograms] : weights.records()) {
    epochs.push_back(epoch);
    for (const auto& [name, histogram] : histograms) {
      double count = 0;
      for (const std::int64_t of_bucket : histogram.counts) count += static_cast<double>(of_bucket);
      const double mean = histogram.sum / count;
      tensors[name].push_back({{"least", histogram.least},
                               {"greatest", histogram.greatest},
                               {"mean", mean},
                               {"deviation", std::sqrt(std::max(histogram.sum_of_squares / count - mean * mean, 0.0))},
                               {"counts", histogram.counts}});
    }
  }
  return {{"epochs", std::move(epochs)}, {"tensors", std::move(tensors)}};
}

ordered_json to_json(const train::Diagnosis& diagnosis, const data::Target& target) {
  ordered_json object;
  if (const auto* classes = std::get_if<train::ClassDiagnosis>(&diagnosis.of_task))
    add(*classes, target, object);
  else
    add(std::get<train::QuantityDiagnosis>(diagnosis.of_task), object);
  object["importance"] = to_json(diagnosis.importance);
  return object;
}

}  // namespace descent::report
