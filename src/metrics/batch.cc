#include "metrics/batch.h"

#include <algorithm>
#include <cmath>

#include "descent/grad_mode.h"
#include "descent/ops.h"

namespace descent::metrics {

namespace {

/// An Error unless they are classes from 0 to `class_count` - 1.
std::vector<std::int64_t> classes_of(const char* metric, const char* role, const Tensor& classes,
                                     std::int64_t class_count) {
  if (is_floating_point(classes.dtype()))
    fail(metric, ": the ", role, " is ", classes.dtype(), "; classes are int64 or bool");
  std::vector<std::int64_t> values = classes.to_vector<std::int64_t>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < 0 || values[i] >= class_count)
      fail(metric, ": the ", role, " of sample ", i, " is class ", values[i], "; wanted 0 to ", class_count - 1);
  }
  return values;
}

}  // namespace

Weights::Weights(const char* metric, const Tensor& target, const Tensor& sample_weight) {
  if (!sample_weight.defined()) return;
  if (!(sample_weight.sizes() == target.sizes()))
    fail(metric, ": the target has shape ", target.sizes(), ", but the sample_weight has ", sample_weight.sizes(),
         "; they must be the same");
  values_ = sample_weight.to_vector<double>();
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (!(values_[i] >= 0 && std::isfinite(values_[i])))
      fail(metric, ": sample_weight ", values_[i], " of sample ", i, " must be finite and at least 0");
  }
}

ClassBatch class_batch(const char* metric, const Tensor& prediction, const Tensor& target, const Tensor& sample_weight,
                       std::int64_t most_classes) {
  const NoGrad no_grad;
  Tensor predicted = prediction;
  std::int64_t columns = 0;
  if (is_floating_point(prediction.dtype())) {
    if (prediction.dim() < 2 || prediction.size(1) == 0)
      fail(metric, ": the prediction is ", prediction.dtype(), " ", prediction.sizes(),
           "; wanted classes, int64 or bool, or scores of shape [N, C] or [N, C, ...]");
    columns = prediction.size(1);
    if (columns > most_classes)
      fail(metric, ": the prediction has ", columns, " classes; wanted at most ", most_classes);
    predicted = argmax(prediction, 1);
  }
  check_same_shape(metric, predicted, target);
  const std::int64_t class_count = columns > 0 ? columns : most_classes;
  ClassBatch batch{classes_of(metric, "prediction", predicted, most_classes),
                   classes_of(metric, "target", target, class_count), Weights(metric, target, sample_weight), columns};
  if (columns == 0) {
    for (const std::vector<std::int64_t>* classes : {&batch.predicted, &batch.actual}) {
      for (const std::int64_t c : *classes) batch.class_count = std::max(batch.class_count, c + 1);
    }
  }
  return batch;
}

ScoreBatch score_batch(const char* metric, const Tensor& prediction, const Tensor& target,
                       const Tensor& sample_weight) {
  const NoGrad no_grad;
  const bool of_one_class = prediction.dim() == 1;
  if (!is_floating_point(prediction.dtype()) || !(of_one_class || (prediction.dim() == 2 && prediction.size(1) >= 2)))
    fail(metric, ": the prediction is ", prediction.dtype(), " ", prediction.sizes(),
         "; wanted floating point, [N] or [N, C] of two classes or more");
  if (!(target.sizes() == Dims(prediction.size(0))))
    fail(metric, ": a prediction of shape ", prediction.sizes(), " wants a target of shape [", prediction.size(0),
         "], not ", target.sizes());
  const std::int64_t columns = of_one_class ? 1 : prediction.size(1);
  ScoreBatch batch{columns, prediction.to_vector<double>(),
                   classes_of(metric, "target", target, std::max<std::int64_t>(columns, 2)),
                   Weights(metric, target, sample_weight)};
  for (std::size_t i = 0; i < batch.scores.size(); ++i) {
    if (std::isnan(batch.scores[i]))
      fail(metric, ": the prediction of sample ", i / static_cast<std::size_t>(columns), " is NaN");
  }
  return batch;
}

ScoreBatch probability_batch(const char* metric, const Tensor& prediction, const Tensor& target,
                             const Tensor& sample_weight) {
  ScoreBatch batch = score_batch(metric, prediction, target, sample_weight);
  for (std::size_t i = 0; i < batch.scores.size(); ++i) {
    if (!(batch.scores[i] >= 0 && batch.scores[i] <= 1))
      fail(metric, ": the prediction of sample ", i / static_cast<std::size_t>(batch.columns), " is ", batch.scores[i],
           "; a probability is at least 0 and at most 1");
  }
  return batch;
}

void check_same_shape(const char* metric, const Tensor& prediction, const Tensor& target) {
  if (prediction.sizes() == target.sizes()) return;
  fail(metric, ": the prediction has shape ", prediction.sizes(), ", but the target has ", target.sizes(),
       "; they must be the same");
}

void check_seen(const char* metric, double samples) {
  if (samples == 0) fail(metric, ": there are no samples, or all of weight 0");
}

double mean_of(const char* metric, double sum, double samples) {
  check_seen(metric, samples);
  return sum / samples;
}

}  // namespace descent::metrics
