#include "descent/metrics/top_k_accuracy.h"

#include "metrics/batch.h"

namespace descent::metrics {

TopKAccuracy::TopKAccuracy(TopKAccuracyOptions options) : options_(options) {
  if (options_.k < 1) fail("top_k_accuracy: k = ", options_.k, " must be at least 1");
}

void TopKAccuracy::update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight) {
  const ScoreBatch batch = score_batch("top_k_accuracy", prediction, target, sample_weight);
  if (batch.columns == 1)
    fail("top_k_accuracy: the prediction has shape ", prediction.sizes(), "; wanted a score for each class, [N, C]");
  for (std::size_t i = 0; i < batch.actual.size(); ++i) {
    const auto scores = batch.row(i);
    const auto actual = static_cast<std::size_t>(batch.actual[i]);
    std::int64_t before = 0;
    for (std::size_t c = 0; c < scores.size(); ++c)
      before += scores[c] > scores[actual] || (scores[c] == scores[actual] && c > actual);
    if (before < options_.k) right_ += batch.weights[i];
    samples_ += batch.weights[i];
  }
}

double TopKAccuracy::compute() const { return mean_of("top_k_accuracy", right_, samples_); }

void TopKAccuracy::merge(const TopKAccuracy& other) {
  if (options_.k != other.options_.k)
    fail("top_k_accuracy: k = ", other.options_.k, " cannot be merged into k = ", options_.k);
  right_ += other.right_;
  samples_ += other.samples_;
}

}  // namespace descent::metrics
