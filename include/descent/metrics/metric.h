// What every metric has in common.
//
// A metric is a function of prediction and target, metrics::accuracy(prediction, target), and a class for batches that
// come one after another:
//
//   metrics::Accuracy accuracy;
//   for (const auto& [inputs, targets] : batches) accuracy.update(model(inputs), targets);
//   accuracy.compute();
//
// compute() is the function's value on all batches together, since the function is an object given one batch. merge()
// adds what another object has seen, reset() forgets it all. Metrics that are computed from the same counts or sums are
// methods of the class that gathers these (ClassCounts, RankedScores, RegressionMoments): updated once, it gives them
// all.
//
// Names and values are those of scikit-learn (its scorers' names) and, for correlations, of SciPy; the order of the
// arguments is PyTorch's. Everything is computed in float64 and nothing is recorded for gradients. `sample_weight`, of
// the target's shape, says how much each sample counts (default: all 1); numbers below 0 or not finite are an Error, as
// are shapes that do not belong together, and compute() when no sample of a weight above 0 was seen.
#pragma once

#include <tuple>
#include <utility>

#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT metrics {

/// The metric that `formula`, a method of a class that gathers batches, computes from what was gathered.
template <auto formula>
class Metric;

template <class Gathered, class Value, class... Options, Value (Gathered::*formula)(Options...) const>
class Metric<formula> {
 public:
  Metric() = default;
  explicit Metric(Options... options) requires(sizeof...(Options) > 0) : options_(std::move(options)...) {}

  void update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight = {}) {
    gathered_.update(prediction, target, sample_weight);
  }
  Value compute() const {
    return std::apply([&](const Options&... options) { return (gathered_.*formula)(options...); }, options_);
  }
  void merge(const Metric& other) { gathered_.merge(other.gathered_); }
  void reset() { gathered_ = {}; }

 private:
  Gathered gathered_;
  std::tuple<Options...> options_;
};

/// The value of `metric`, which has seen nothing yet, on one batch: prediction, target and sample weights.
template <class M, class... Tensors>
auto compute_once(const char* function, M metric, const Tensors&... batch) try {
  metric.update(batch...);
  return metric.compute();
} catch (const Error& error) {
  fail_as(function, error);
}

}  // namespace metrics
}  // namespace descent
