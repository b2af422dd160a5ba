#include "descent/metrics/confusion_matrix.h"

#include <algorithm>
#include <numeric>

#include "descent/create.h"
#include "metrics/batch.h"

namespace descent::metrics {

void ConfusionMatrix::update(const Tensor& prediction, const Tensor& target, const Tensor& sample_weight) {
  constexpr std::int64_t kMostClasses = 4096;
  const ClassBatch batch = class_batch("confusion_matrix", prediction, target, sample_weight, kMostClasses);
  grow(batch.class_count);
  for (std::size_t i = 0; i < batch.actual.size(); ++i)
    counts_[static_cast<std::size_t>(batch.actual[i] * class_count_ + batch.predicted[i])] += batch.weights[i];
  weighted_ = weighted_ || sample_weight.defined();
}

Tensor ConfusionMatrix::compute() const {
  check_seen("confusion_matrix", std::accumulate(counts_.begin(), counts_.end(), 0.0));
  const Tensor counts = tensor(std::span(counts_), {class_count_, class_count_});
  return weighted_ ? counts : counts.to(int64);
}

void ConfusionMatrix::merge(const ConfusionMatrix& other) {
  grow(other.class_count_);
  for (std::int64_t i = 0; i < other.class_count_; ++i) {
    for (std::int64_t j = 0; j < other.class_count_; ++j)
      counts_[static_cast<std::size_t>(i * class_count_ + j)] +=
          other.counts_[static_cast<std::size_t>(i * other.class_count_ + j)];
  }
  weighted_ = weighted_ || other.weighted_;
}

void ConfusionMatrix::grow(std::int64_t class_count) {
  if (class_count <= class_count_) return;
  std::vector<double> larger(static_cast<std::size_t>(class_count * class_count));
  for (std::int64_t i = 0; i < class_count_; ++i)
    std::copy_n(counts_.begin() + i * class_count_, class_count_, larger.begin() + i * class_count);
  counts_ = std::move(larger);
  class_count_ = class_count;
}

}  // namespace descent::metrics
