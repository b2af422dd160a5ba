// Metrics against scikit-learn's and SciPy's, of all samples at once and of batches: tests/golden/metrics.py.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "descent/create.h"
#include "descent/metrics.h"
#include "descent/ops.h"

using namespace descent;
using namespace descent::metrics;
using nlohmann::json;

namespace {

double number(const json& value) {
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

std::vector<double> numbers(const json& values) {
  if (!values.is_array()) return {number(values)};
  std::vector<double> all;
  for (const json& value : values) all.push_back(number(value));
  return all;
}
std::vector<double> numbers(double value) { return {value}; }
std::vector<double> numbers(const Tensor& values) { return values.to_vector<double>(); }

std::vector<double> columns(std::initializer_list<std::span<const double>> parts) {
  std::vector<double> all;
  for (const auto part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
/// But for the first point, whose threshold is infinite.
std::vector<double> numbers(const ROCPoints& points) {
  return columns({std::span(points.false_positive_rate).subspan(1), std::span(points.true_positive_rate).subspan(1),
                  std::span(points.thresholds).subspan(1)});
}
std::vector<double> numbers(const PrecisionRecallPoints& points) {
  return columns({std::span(points.precision).subspan(1), std::span(points.recall).subspan(1),
                  std::span(points.thresholds).subspan(1)});
}
std::vector<double> numbers(const std::vector<CalibrationBin>& bins) {
  std::vector<double> samples, right, confidence;
  for (const CalibrationBin& bin : bins) {
    samples.push_back(bin.samples);
    right.push_back(bin.right);
    confidence.push_back(bin.mean_confidence);
  }
  return columns({samples, right, confidence});
}

/// Its bins instead of what is computed from them.
struct CalibrationBins : ExpectedCalibrationError {
  CalibrationBins() : ExpectedCalibrationError({10}) {}
  const std::vector<CalibrationBin>& compute() const { return bins(); }
  void reset() { *this = {}; }
};

/// Integers as int64, others as float64, lists of lists as a matrix.
Tensor read_tensor(const json& values) {
  if (values.at(0).is_array()) {
    std::vector<Tensor> rows;
    for (const json& row : values) rows.push_back(tensor(numbers(row)));
    return stack(rows);
  }
  return values.at(0).is_number_integer() ? tensor(values.get<std::vector<std::int64_t>>()) : tensor(numbers(values));
}

struct Samples {
  Tensor prediction, target, weight;

  Samples(const json& golden)
      : prediction(read_tensor(golden.at("prediction"))),
        target(read_tensor(golden.at("target"))),
        weight(golden.contains("weight") ? tensor(numbers(golden.at("weight"))) : Tensor()) {}
  Samples(const Samples& all, std::int64_t start, std::int64_t end)
      : prediction(all.prediction.slice(0, start, end)),
        target(all.target.slice(0, start, end)),
        weight(all.weight.defined() ? all.weight.slice(0, start, end) : Tensor()) {}
};

void check_close(const std::vector<double>& got, const std::vector<double>& wanted) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    if (std::isnan(wanted[i]))
      CHECK(std::isnan(got[i]));
    else
      CHECK(std::abs(got[i] - wanted[i]) <= 1e-12 * (wanted[i] == 0 ? 1e-3 : std::abs(wanted[i])));
  }
}

void update(auto& metric, const Samples& samples) {
  if constexpr (requires { metric.update(samples.prediction, samples.target, samples.weight); })
    metric.update(samples.prediction, samples.target, samples.weight);
  else
    metric.update(samples.prediction, samples.target);
}

/// The same of batches of 1, of 7, and of two parts that are merged, after a reset.
void check_batches(auto metric, const Samples& samples, const std::vector<double>& wanted) {
  const std::int64_t count = samples.target.numel();
  for (const std::int64_t size : {std::int64_t{1}, std::int64_t{7}}) {
    CAPTURE(size);
    for (std::int64_t start = 0; start < count; start += size)
      update(metric, Samples(samples, start, std::min(start + size, count)));
    check_close(numbers(metric.compute()), wanted);
    metric.reset();
  }
  auto second = metric;
  update(metric, Samples(samples, 0, count / 3));
  update(second, Samples(samples, count / 3, count));
  metric.merge(second);
  check_close(numbers(metric.compute()), wanted);
}

/// The function and the class of a metric.
using Check = std::function<void(const Samples&, const std::vector<double>& wanted)>;
Check check_of(auto function, auto metric) {
  return [=](const Samples& samples, const std::vector<double>& wanted) {
    check_close(numbers(function(samples)), wanted);
    check_batches(metric, samples, wanted);
  };
}

std::map<std::string, Check> all_checks() {
  std::map<std::string, Check> checks;
#define METRIC(name, Class) \
  checks[#name] = check_of([](const Samples& s) { return name(s.prediction, s.target, s.weight); }, Class());
#define METRIC_WITH(key, name, Class, ...)                                                                      \
  checks[key] = check_of([=](const Samples& s) { return name(s.prediction, s.target, __VA_ARGS__, s.weight); }, \
                         Class(__VA_ARGS__));
  METRIC(accuracy, Accuracy)
  METRIC(balanced_accuracy, BalancedAccuracy)
  METRIC(matthews_corrcoef, MatthewsCorrCoef)
  METRIC(confusion_matrix, ConfusionMatrix)
  METRIC(roc_auc, ROCAUC)
  METRIC(roc_auc_per_class, ROCAUCPerClass)
  METRIC(average_precision, AveragePrecision)
  METRIC(average_precision_per_class, AveragePrecisionPerClass)
  METRIC(log_loss, LogLoss)
  METRIC(brier_score, BrierScore)
  METRIC(root_mean_squared_error, RootMeanSquaredError)
  METRIC(mean_absolute_error, MeanAbsoluteError)
  METRIC(mean_absolute_percentage_error, MeanAbsolutePercentageError)
  METRIC(r2, R2)
  METRIC(explained_variance, ExplainedVariance)
  METRIC(pearson_corrcoef, PearsonCorrCoef)
  METRIC_WITH("roc_curve/0", roc_curve, ROCCurve, CurveOptions{0})
  METRIC_WITH("roc_curve/1", roc_curve, ROCCurve, CurveOptions{1})
  METRIC_WITH("precision_recall_curve/0", precision_recall_curve, PrecisionRecallCurve, CurveOptions{0})
  METRIC_WITH("precision_recall_curve/1", precision_recall_curve, PrecisionRecallCurve, CurveOptions{1})
  checks["calibration_bins"] = [](const Samples& samples, const std::vector<double>& wanted) {
    check_batches(CalibrationBins(), samples, wanted);
  };
  checks["spearman_corrcoef"] =
      check_of([](const Samples& s) { return spearman_corrcoef(s.prediction, s.target); }, SpearmanCorrCoef());
  for (const std::int64_t k : {1, 2, 3, 9})
    METRIC_WITH("top_k_accuracy/" + std::to_string(k), top_k_accuracy, TopKAccuracy, TopKAccuracyOptions{k})
  for (const std::int64_t bins : {1, 10, 15})
    METRIC_WITH("expected_calibration_error/" + std::to_string(bins), expected_calibration_error,
                ExpectedCalibrationError, ExpectedCalibrationErrorOptions{bins})
  const auto averaged = [&](const std::string& suffix, const AverageOptions& options) {
    METRIC_WITH("precision/" + suffix, precision, Precision, options)
    METRIC_WITH("recall/" + suffix, recall, Recall, options)
    METRIC_WITH("f1/" + suffix, f1, F1, options)
  };
  const std::pair<const char*, double> zero_divisions[] = {{"0.0", 0}, {"1.0", 1}, {"nan", std::nan("")}};
  for (const auto& [average, name] :
       {std::pair{Average::macro, "macro"}, {Average::micro, "micro"}, {Average::weighted, "weighted"}}) {
    averaged(name, {.average = average});
    averaged(std::string(name) + "/nan", {.average = average, .zero_division = std::nan("")});
  }
  for (const auto& [name, zero_division] : zero_divisions) {
    for (const std::int64_t pos_label : {0, 1})
      averaged(std::to_string(pos_label) + "/" + name, {.pos_label = pos_label, .zero_division = zero_division});
    const PerClassOptions options{zero_division};
    METRIC_WITH(std::string("precision_per_class/") + name, precision_per_class, PrecisionPerClass, options)
    METRIC_WITH(std::string("recall_per_class/") + name, recall_per_class, RecallPerClass, options)
    METRIC_WITH(std::string("f1_per_class/") + name, f1_per_class, F1PerClass, options)
  }
#undef METRIC
#undef METRIC_WITH
  return checks;
}

}  // namespace

TEST_CASE("metrics are scikit-learn's and SciPy's, at once and in batches") {
  const auto checks = all_checks();
  std::ifstream file(DESCENT_SOURCE_DIR "/tests/golden/metrics.json");
  int count = 0;
  for (const json& golden : json::parse(file)) {
    CAPTURE(golden.at("id").get<std::string>());
    const Samples samples(golden);
    for (const auto& expected : golden.at("expected").items()) {
      CAPTURE(expected.key());
      checks.at(expected.key())(samples, numbers(expected.value()));
      ++count;
    }
  }
  CHECK(count > 1000);
}
