#include "descent/loss/adaptive_log_softmax.h"

#include <cmath>

#include "descent/create.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/classes.h"

namespace descent::nn {
namespace {

constexpr const char* kName = "AdaptiveLogSoftmaxWithLoss";

std::int64_t head_size(std::int64_t n_classes, const std::vector<std::int64_t>& cutoffs) {
  if (cutoffs.empty()) fail(kName, ": wants at least one cutoff");
  std::int64_t least = 1;
  for (const std::int64_t cutoff : cutoffs) {
    if (cutoff < least || cutoff >= n_classes) {
      fail(kName, ": cutoff ", cutoff, " must be at least ", least, " and below n_classes = ", n_classes);
    }
    least = cutoff + 1;
  }
  return cutoffs.front() + static_cast<std::int64_t>(cutoffs.size());
}

}  // namespace

AdaptiveLogSoftmaxWithLoss::AdaptiveLogSoftmaxWithLoss(std::int64_t in_features, std::int64_t n_classes,
                                                       std::vector<std::int64_t> cutoffs,
                                                       AdaptiveLogSoftmaxWithLossOptions options)
    : head(in_features, head_size(n_classes, cutoffs), {.bias = options.head_bias, .dtype = options.dtype}),
      in_features_(in_features),
      cutoffs_(std::move(cutoffs)) {
  if (!(options.div_value > 0)) fail(kName, ": div_value = ", options.div_value, " must be above 0");
  cutoffs_.push_back(n_classes);
  const LinearOptions without_bias{.bias = false, .dtype = options.dtype};
  for (std::size_t i = 0; i + 1 < cutoffs_.size(); ++i) {
    const double divisor = std::pow(options.div_value, static_cast<double>(i + 1));
    const auto features = static_cast<std::int64_t>(std::floor(static_cast<double>(in_features) / divisor));
    tail.push_back(Sequential{Linear(in_features, features, without_bias),
                              Linear(features, cutoffs_[i + 1] - cutoffs_[i], without_bias)});
  }
}

AdaptiveLogSoftmaxWithLoss::Result AdaptiveLogSoftmaxWithLoss::forward(const Tensor& x, const Tensor& target) const
    try {
  if (x.dim() == 1 && target.dim() == 0) {
    const Result batched = forward(x.unsqueeze(0), target.unsqueeze(0));
    return {batched.output.squeeze(0), batched.loss};
  }
  check_input(x);
  if (!(target.sizes() == Dims(x.size(0)))) {
    fail(kName, ": an input of shape ", x.sizes(), " wants a target of shape [", x.size(0), "], not ", target.sizes());
  }
  check_classes(kName, target, cutoffs_.back());

  // What the head says of the target or its cluster, plus what the cluster says of the target.
  Tensor in_head = target;
  Tensor output = zeros(target.sizes(), {.dtype = x.dtype()});
  for (std::size_t i = 0; i < tail.size(); ++i) {
    const Tensor in_cluster = target >= cutoffs_[i] && target < cutoffs_[i + 1];
    const Tensor rows = nonzero(in_cluster).squeeze(1);
    if (rows.numel() == 0) continue;
    in_head = masked_fill(in_head, in_cluster, short_list() + static_cast<std::int64_t>(i));
    const Tensor log_probs = log_softmax(tail[i].forward(index_select(x, 0, rows)), 1);
    output = index_add(output, 0, rows, at_classes(log_probs, 1, index_select(target, 0, rows) - cutoffs_[i]));
  }
  output = output + at_classes(log_softmax(head(x), 1), 1, in_head);
  return {output, -mean(output)};
} catch (const Error& error) {
  fail_as(kName, error);
}

Tensor AdaptiveLogSoftmaxWithLoss::log_prob(const Tensor& x) const {
  check_input(x);
  return log_prob(x, head(x));
}

Tensor AdaptiveLogSoftmaxWithLoss::log_prob(const Tensor& x, const Tensor& head_output) const {
  const Tensor of_head = log_softmax(head_output, 1);
  std::vector<Tensor> parts = {narrow(of_head, 1, 0, short_list())};
  for (std::size_t i = 0; i < tail.size(); ++i) {
    const Tensor of_cluster = narrow(of_head, 1, short_list() + static_cast<std::int64_t>(i), 1);
    parts.push_back(of_cluster + log_softmax(tail[i].forward(x), 1));
  }
  return cat(parts, 1);
}

Tensor AdaptiveLogSoftmaxWithLoss::predict(const Tensor& x) const {
  check_input(x);
  const Tensor head_output = head(x);
  const Tensor best = argmax(head_output, 1);
  // A class of the short list that leads the head leads all classes; only elsewhere the clusters matter.
  const Tensor rows = nonzero(best >= short_list()).squeeze(1);
  if (rows.numel() > 0) {
    best.index_put_({rows}, argmax(log_prob(index_select(x, 0, rows), index_select(head_output, 0, rows)), 1));
  }
  return best;
}

void AdaptiveLogSoftmaxWithLoss::check_input(const Tensor& x) const {
  if (!x.defined()) fail(kName, ": the input is undefined");
  if (x.dim() == 2 && x.size(1) == in_features_) return;
  fail(kName, ": wants an input of shape [N, ", in_features_, "], not ", x.sizes());
}

}  // namespace descent::nn
