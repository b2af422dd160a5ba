#pragma once

#include <cstdint>
#include <optional>

#include "descent/loss/loss.h"
#include "descent/nn/linear.h"

namespace DESCENT_EXPORT descent {

struct LinearCrossEntropyOptions {
  /// Added to the logits: [C], or [C, d1, d2, ...]. Default: nothing.
  Tensor linear_bias = {};
  /// How much each class counts: [C]. Default: all 1.
  Tensor weight = {};
  Reduction reduction = Reduction::mean;
  /// With class indices: samples of this class do not count. Default: -100.
  std::optional<std::int64_t> ignore_index = std::nullopt;
  double label_smoothing = 0;  // of [0, 1]: how much of the target is spread evenly over the classes
};

/// The cross entropy of logits that are a linear function of the input: cross_entropy(linear(input, linear_weight,
/// linear_bias), target), without the logits.
///
///   l = -sum_c target_c * weight_c * log(softmax(linear_weight input + linear_bias)_c)
///
/// `input`: [in] or [N, in]. `linear_weight`: [C, in]. `target`: the class of each sample, int64, [] or [N]. Logits are
/// made, used and forgotten block by block, and made again for the gradient: memory grows with N + C, not N C. They are
/// held for second derivatives; for targets that are probabilities ([C] or [N, C]), which are as many as they; for a
/// `weight` that requires a gradient; and where there are more dimensions of classes, linear_weight [C, d1, d2, ...,
/// in] with target [N, d1, d2, ...].
///
/// Choose it for many classes, as the words of a language model, of which the logits would not fit into memory or would
/// take most of it.
///
/// Source: PyTorch, torch.nn.functional.linear_cross_entropy; Wijmans et al., "Cut Your Losses in Large-Vocabulary
/// Language Models", 2024, arXiv:2411.09009.
Tensor linear_cross_entropy(const Tensor& input, const Tensor& linear_weight, const Tensor& target,
                            const LinearCrossEntropyOptions& options = {});

namespace nn {

struct LinearCrossEntropyLossOptions {
  bool bias = false;
  Reduction reduction = Reduction::mean;
  Tensor weight = {};
  std::optional<std::int64_t> ignore_index = std::nullopt;
  double label_smoothing = 0;
  DType dtype = float32;
};

/// linear_cross_entropy with a linear layer of its own.
///
///   loss = linear_cross_entropy(input, linear.weight, target, {.linear_bias = linear.bias})
///
/// linear.weight [num_classes, in_features] and, with `bias`, linear.bias [num_classes] start as those of a Linear.
///
/// Choose it where the layer that makes the logits belongs to nothing else.
///
/// Source: PyTorch, torch.nn.LinearCrossEntropyLoss.
class LinearCrossEntropyLoss final : public Module<LinearCrossEntropyLoss> {
 public:
  LinearCrossEntropyLoss(std::int64_t in_features, std::int64_t num_classes,
                         const LinearCrossEntropyLossOptions& options = {})
      : linear(in_features, num_classes, {.bias = options.bias, .dtype = options.dtype}),
        options_{.weight = options.weight,
                 .reduction = options.reduction,
                 .ignore_index = options.ignore_index,
                 .label_smoothing = options.label_smoothing} {}
  Tensor forward(const Tensor& input, const Tensor& target) const {
    LinearCrossEntropyOptions with_bias = options_;
    with_bias.linear_bias = linear.bias;
    return linear_cross_entropy(input, linear.weight, target, with_bias);
  }
  auto members() { return nn::members("linear", linear, "options", options_); }

  Linear linear;

 private:
  LinearCrossEntropyOptions options_;
};

}  // namespace nn
}  // namespace descent
