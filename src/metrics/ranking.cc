#include "descent/metrics/ranking.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "descent/create.h"
#include "metrics/batch.h"

namespace descent::metrics {

/// A sample of a class (weight positive) or of the rest (negative).
struct RankedSample {
  double score, positive, negative;
};

namespace {

/// Calls f(score, positive, negative) with each distinct score, from the highest down, and the weights of its samples.
template <class F>
void for_each_score(const std::vector<RankedSample>& samples, F&& f) {
  for (auto sample = samples.begin(); sample != samples.end();) {
    double positive = 0, negative = 0;
    const double score = sample->score;
    for (; sample != samples.end() && sample->score == score; ++sample) {
      positive += sample->positive;
      negative += sample->negative;
    }
    f(score, positive, negative);
  }
}

double roc_auc_of(const std::vector<RankedSample>& samples) {
  double positives = 0, negatives = 0, area = 0;
  for_each_score(samples, [&](double, double positive, double negative) {
    area += negative * (positives + positive / 2);
    positives += positive;
    negatives += negative;
  });
  if (positives == 0 || negatives == 0) return std::numeric_limits<double>::quiet_NaN();
  return area / (positives * negatives);
}

double average_precision_of(const std::vector<RankedSample>& samples) {
  double positives = 0, all = 0, area = 0;
  for_each_score(samples, [&](double, double positive, double negative) {
    positives += positive;
    all += positive + negative;
    if (positive > 0) area += positive * (positives / all);
  });
  return positives == 0 ? 0 : area / positives;
}

/// A point of a curve: the samples that score at least so much.
struct Threshold {
  double score, positives, negatives;
};

/// One that no sample reaches, and one for each distinct score of a sample that counts, from the highest down.
std::vector<Threshold> thresholds_of(const std::vector<RankedSample>& samples) {
  std::vector<Threshold> thresholds = {{std::numeric_limits<double>::infinity(), 0, 0}};
  for_each_score(samples, [&](double score, double positive, double negative) {
    const Threshold& before = thresholds.back();
    if (positive + negative > 0)
      thresholds.push_back({score, before.positives + positive, before.negatives + negative});
  });
  return thresholds;
}

template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

void RankedScores::update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight) {
  const ScoreBatch batch = score_batch("RankedScores", prediction, target, sample_weight);
  RankedScores more;
  more.columns_ = batch.columns;
  more.scores_ = batch.scores;
  more.targets_ = batch.actual;
  for (std::size_t i = 0; i < batch.actual.size(); ++i) more.weights_.push_back(batch.weights[i]);
  merge(more);
}

void RankedScores::merge(const RankedScores& other) {
  if (other.columns_ == 0) return;
  if (columns_ != 0 && columns_ != other.columns_)
    fail("RankedScores: a batch of ", other.columns_, " scores a sample follows one of ", columns_);
  columns_ = other.columns_;
  append(scores_, other.scores_);
  append(targets_, other.targets_);
  append(weights_, other.weights_);
}

std::vector<RankedSample> RankedScores::ranking(std::int64_t positive_class) const {
  // A single score speaks for class 1: the other way round for class 0.
  const std::int64_t column = columns_ == 1 ? 0 : positive_class;
  const double sign = columns_ == 1 && positive_class == 0 ? -1 : 1;
  std::vector<RankedSample> samples;
  samples.reserve(targets_.size());
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const double score = sign * scores_[i * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column)];
    const bool positive = targets_[i] == positive_class;
    samples.push_back({score, positive ? weights_[i] : 0, positive ? 0 : weights_[i]});
  }
  std::sort(samples.begin(), samples.end(),
            [](const RankedSample& a, const RankedSample& b) { return a.score > b.score; });
  return samples;
}

std::vector<RankedSample> RankedScores::ranking(const char* metric, CurveOptions options) const {
  check_seen(metric, std::accumulate(weights_.begin(), weights_.end(), 0.0));
  const std::int64_t classes = std::max<std::int64_t>(columns_, 2);
  if (options.positive_class < 0 || options.positive_class >= classes)
    fail(metric, ": positive_class = ", options.positive_class, " must be at least 0 and at most ", classes - 1);
  return ranking(options.positive_class);
}

std::vector<double> RankedScores::of_each_class(const char* metric, OfRanking metric_of) const {
  check_seen(metric, std::accumulate(weights_.begin(), weights_.end(), 0.0));
  std::vector<double> values;
  for (std::int64_t c = 0; c < std::max<std::int64_t>(columns_, 2); ++c) values.push_back(metric_of(ranking(c)));
  return values;
}

double RankedScores::of_all(const char* metric, OfRanking metric_of) const {
  check_seen(metric, std::accumulate(weights_.begin(), weights_.end(), 0.0));
  if (columns_ <= 2) return metric_of(ranking(1));
  const std::vector<double> values = of_each_class(metric, metric_of);
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double RankedScores::roc_auc() const { return of_all("roc_auc", roc_auc_of); }
Tensor RankedScores::roc_auc_per_class() const { return tensor(of_each_class("roc_auc_per_class", roc_auc_of)); }
double RankedScores::average_precision() const { return of_all("average_precision", average_precision_of); }
Tensor RankedScores::average_precision_per_class() const {
  return tensor(of_each_class("average_precision_per_class", average_precision_of));
}

ROCPoints RankedScores::roc_curve(CurveOptions options) const {
  ROCPoints curve;
  const std::vector<Threshold> thresholds = thresholds_of(ranking("roc_curve", options));
  for (const Threshold& threshold : thresholds) {
    curve.false_positive_rate.push_back(threshold.negatives / thresholds.back().negatives);
    curve.true_positive_rate.push_back(threshold.positives / thresholds.back().positives);
    curve.thresholds.push_back(threshold.score);
  }
  return curve;
}

PrecisionRecallPoints RankedScores::precision_recall_curve(CurveOptions options) const {
  PrecisionRecallPoints curve;
  const std::vector<Threshold> thresholds = thresholds_of(ranking("precision_recall_curve", options));
  for (const Threshold& threshold : thresholds) {
    const double taken = threshold.positives + threshold.negatives;
    curve.precision.push_back(taken == 0 ? 1 : threshold.positives / taken);
    curve.recall.push_back(threshold.positives / thresholds.back().positives);
    curve.thresholds.push_back(threshold.score);
  }
  return curve;
}

}  // namespace descent::metrics
