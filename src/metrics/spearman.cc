#include "descent/metrics/spearman.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "descent/create.h"
#include "descent/metrics/regression.h"
#include "metrics/batch.h"

namespace descent::metrics {

namespace {

std::vector<double> ordered_numbers(const char* role, const Tensor& numbers) {
  std::vector<double> values = numbers.to_vector<double>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) fail("spearman_corrcoef: the ", role, " of sample ", i, " is NaN");
  }
  return values;
}

/// Twice the rank of each, counted from 0; of equal ones the mean.
Tensor doubled_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (std::size_t i = first; i < end; ++i) ranks[order[i]] = static_cast<double>(first + end - 1);
  }
  return tensor(ranks);
}

}  // namespace

void SpearmanCorrCoef::update(const Tensor& prediction, const Tensor& target) {
  check_same_shape("spearman_corrcoef", prediction, target);
  SpearmanCorrCoef batch;
  batch.predictions_ = ordered_numbers("prediction", prediction);
  batch.targets_ = ordered_numbers("target", target);
  merge(batch);
}

double SpearmanCorrCoef::compute() const {
  check_seen("spearman_corrcoef", static_cast<double>(targets_.size()));
  return pearson_corrcoef(doubled_ranks(predictions_), doubled_ranks(targets_));
}

void SpearmanCorrCoef::merge(const SpearmanCorrCoef& other) {
  predictions_.insert(predictions_.end(), other.predictions_.begin(), other.predictions_.end());
  targets_.insert(targets_.end(), other.targets_.begin(), other.targets_.end());
}

}  // namespace descent::metrics
