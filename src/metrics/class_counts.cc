#include "descent/metrics/class_counts.h"

#include <algorithm>
#include <cmath>

#include "descent/create.h"
#include "metrics/batch.h"

namespace descent::metrics {

namespace {

using Counts = ClassCounts::Counts;

/// A metric of one class; `zero_division` for 0 / 0.
using OfClass = double (*)(const Counts& counts, double zero_division);

double divide(double numerator, double denominator, double zero_division) {
  return denominator == 0 ? zero_division : numerator / denominator;
}
double precision_of(const Counts& c, double zero_division) { return divide(c.right, c.predicted, zero_division); }
double recall_of(const Counts& c, double zero_division) { return divide(c.right, c.actual, zero_division); }
double f1_of(const Counts& c, double zero_division) {
  return divide(2 * c.right, c.actual + c.predicted, zero_division);
}

bool occurs(const Counts& c) { return c.actual > 0 || c.predicted > 0; }

/// An Error if nothing was seen.
Counts total(const char* metric, const std::vector<Counts>& counts) {
  Counts sum;
  for (const Counts& c : counts) {
    sum.actual += c.actual;
    sum.predicted += c.predicted;
    sum.right += c.right;
  }
  check_seen(metric, sum.actual);
  return sum;
}

Counts of_positive(const char* metric, const std::vector<Counts>& counts, std::int64_t pos_label) {
  if (pos_label < 0) fail(metric, ": pos_label = ", pos_label, " must be at least 0");
  const auto position = static_cast<std::size_t>(pos_label);
  const Counts positive = position < counts.size() ? counts[position] : Counts();
  const auto classes = std::count_if(counts.begin(), counts.end(), occurs);
  if (classes > 2) fail(metric, ": Average::binary wants two classes, not ", classes, "; choose another average");
  if (classes == 2 && !occurs(positive)) fail(metric, ": pos_label = ", pos_label, " is none of the two classes");
  return positive;
}

double average(const char* metric, const std::vector<Counts>& counts, OfClass of_class, const AverageOptions& options) {
  const Counts all = total(metric, counts);
  if (options.average == Average::binary)
    return of_class(of_positive(metric, counts, options.pos_label), options.zero_division);
  if (options.average == Average::micro) return of_class(all, options.zero_division);
  double sum = 0, weight = 0;
  for (const Counts& c : counts) {
    const double value = of_class(c, options.zero_division);
    if (!occurs(c) || std::isnan(value)) continue;
    const double of_weight = options.average == Average::weighted ? c.actual : 1;
    sum += of_weight * value;
    weight += of_weight;
  }
  return divide(sum, weight, options.zero_division);
}

Tensor per_class(const char* metric, const std::vector<Counts>& counts, OfClass of_class,
                 const PerClassOptions& options) {
  total(metric, counts);
  std::vector<double> values;
  values.reserve(counts.size());
  for (const Counts& c : counts) values.push_back(of_class(c, options.zero_division));
  return tensor(values);
}

}  // namespace

void ClassCounts::update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight) {
  constexpr std::int64_t kMostClasses = std::int64_t{1} << 20;
  const ClassBatch batch = class_batch("ClassCounts", prediction, target, sample_weight, kMostClasses);
  if (batch.class_count > static_cast<std::int64_t>(counts_.size()))
    counts_.resize(static_cast<std::size_t>(batch.class_count));
  for (std::size_t i = 0; i < batch.actual.size(); ++i) {
    const double weight = batch.weights[i];
    Counts& actual = counts_[static_cast<std::size_t>(batch.actual[i])];
    actual.actual += weight;
    counts_[static_cast<std::size_t>(batch.predicted[i])].predicted += weight;
    if (batch.predicted[i] == batch.actual[i]) actual.right += weight;
  }
}

void ClassCounts::merge(const ClassCounts& other) {
  counts_.resize(std::max(counts_.size(), other.counts_.size()));
  for (std::size_t c = 0; c < other.counts_.size(); ++c) {
    counts_[c].actual += other.counts_[c].actual;
    counts_[c].predicted += other.counts_[c].predicted;
    counts_[c].right += other.counts_[c].right;
  }
}

double ClassCounts::accuracy() const {
  const Counts all = total("accuracy", counts_);
  return all.right / all.actual;
}

double ClassCounts::balanced_accuracy() const {
  total("balanced_accuracy", counts_);
  double sum = 0, classes = 0;
  for (const Counts& c : counts_) {
    if (c.actual == 0) continue;
    sum += c.right / c.actual;
    ++classes;
  }
  return sum / classes;
}

double ClassCounts::precision(AverageOptions options) const {
  return average("precision", counts_, precision_of, options);
}
double ClassCounts::recall(AverageOptions options) const { return average("recall", counts_, recall_of, options); }
double ClassCounts::f1(AverageOptions options) const { return average("f1", counts_, f1_of, options); }

Tensor ClassCounts::precision_per_class(PerClassOptions options) const {
  return per_class("precision_per_class", counts_, precision_of, options);
}
Tensor ClassCounts::recall_per_class(PerClassOptions options) const {
  return per_class("recall_per_class", counts_, recall_of, options);
}
Tensor ClassCounts::f1_per_class(PerClassOptions options) const {
  return per_class("f1_per_class", counts_, f1_of, options);
}

double ClassCounts::matthews_corrcoef() const {
  const Counts all = total("matthews_corrcoef", counts_);
  const double n = all.actual;
  double both = 0, predicted = 0, actual = 0;
  for (const Counts& c : counts_) {
    both += c.actual * c.predicted;
    predicted += c.predicted * c.predicted;
    actual += c.actual * c.actual;
  }
  const double spread = (n * n - predicted) * (n * n - actual);
  return spread == 0 ? 0 : (all.right * n - both) / std::sqrt(spread);
}

}  // namespace descent::metrics
