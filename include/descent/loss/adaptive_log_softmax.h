#pragma once

#include <cstdint>
#include <vector>

#include "descent/nn/linear.h"
#include "descent/nn/sequential.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct AdaptiveLogSoftmaxWithLossOptions {
  double div_value = 4;    // above 0: cluster i (of 1, 2, ...) is seen through in_features / div_value^i features
  bool head_bias = false;  // whether the head has a bias
  DType dtype = float32;
};

/// The adaptive softmax (Grave et al., 2017): a layer and a loss in one, for very many classes of which few are common.
///
///   log p(c) = log_softmax(head(x))[c]                                                for c < cutoffs[0]
///              log_softmax(head(x))[cutoffs[0] + i] + log_softmax(tail_i(x))[c - cutoffs[i]]
///                                                                      for cutoffs[i] <= c < cutoffs[i + 1]
///   output = log p(target)
///   loss = mean(-output)
///
/// Classes are numbered from the most to the least common; `cutoffs`, which rise from 1 or more to n_classes - 1 or
/// less, part them into a short list and clusters. Only the clusters that a batch has targets in are computed.
///
/// `x`: [N, in_features], or [in_features]. `target` (int64): [N], or []. An Error names the first target that is no
/// class, and where it is. Parameters are named and start as in PyTorch: head.weight [cutoffs[0] + clusters,
/// in_features], head.bias, tail.0.0.weight [in_features / div_value, in_features], tail.0.1.weight, ...
///
/// Choose it for ten thousand classes or more whose frequencies fall steeply, such as words; for fewer, Linear and
/// cross_entropy.
///
/// Source: Grave, Joulin, Cisse, Grangier and Jegou, "Efficient softmax approximation for GPUs", 2017,
/// arXiv:1609.04309; PyTorch, torch.nn.AdaptiveLogSoftmaxWithLoss.
class AdaptiveLogSoftmaxWithLoss final : public Module<AdaptiveLogSoftmaxWithLoss> {
 public:
  /// What forward gives: the log probability of each target, in the target's shape, and the loss.
  struct Result {
    Tensor output;
    Tensor loss;
  };

  AdaptiveLogSoftmaxWithLoss(std::int64_t in_features, std::int64_t n_classes, std::vector<std::int64_t> cutoffs,
                             AdaptiveLogSoftmaxWithLossOptions options = {});
  Result forward(const Tensor& x, const Tensor& target) const;
  /// The log probabilities of all classes, [N, n_classes], for x [N, in_features].
  Tensor log_prob(const Tensor& x) const;
  /// The likeliest class of each sample, [N] (int64), for x [N, in_features].
  Tensor predict(const Tensor& x) const;
  auto members() { return nn::members("head", head, "tail", tail, "in_features", in_features_, "cutoffs", cutoffs_); }

  Linear head;
  std::vector<Sequential> tail;

 private:
  std::int64_t short_list() const { return cutoffs_.front(); }
  Tensor log_prob(const Tensor& x, const Tensor& head_output) const;
  void check_input(const Tensor& x) const;

  std::int64_t in_features_;
  std::vector<std::int64_t> cutoffs_;  // n_classes included
};

}  // namespace nn
}  // namespace descent
