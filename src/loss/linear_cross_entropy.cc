#include "descent/loss/linear_cross_entropy.h"

#include "descent/loss/cross_entropy.h"
#include "descent/ops.h"
#include "functional/linear_class_losses.h"
#include "loss/classes.h"
#include "loss/reduce.h"

namespace descent {
namespace {

// With the class of each of the samples x [N, in] as target, [N].
Tensor by_blocks(const Tensor& x, const Tensor& weight, const Tensor& target,
                 const LinearCrossEntropyOptions& options) {
  const double smoothing = options.label_smoothing;
  const std::int64_t class_count = weight.size(0);
  const ClassTargets targets("linear_cross_entropy", target, class_count, options.weight,
                             options.ignore_index.value_or(-100));
  const bool even = smoothing > 0;
  const Tensor results = linear_class_losses(x, weight, targets.classes, options.linear_bias, options.weight, even);
  Tensor losses = results[0];
  if (options.weight.defined()) losses = losses * gather(options.weight, 0, targets.classes);
  if (even) losses = lerp(losses, results[1] / class_count, smoothing);
  return reduce(masked_fill(losses, targets.ignored, 0), targets.counts, options.reduction);
}

// The formula, with logits.
Tensor with_logits(const Tensor& x, const Tensor& weight, const Tensor& target,
                   const LinearCrossEntropyOptions& options) {
  Tensor logits;
  if (weight.dim() == 2) {
    logits = linear(x, weight, options.linear_bias);
  } else {
    if (x.dim() != 2) fail("a linear_weight of shape ", weight.sizes(), " wants an input [N, in], not ", x.sizes());
    Dims shape = weight.sizes();
    shape.erase(shape.size() - 1);
    shape.insert(0, x.size(0));
    logits = reshape(matmul(x, reshape(weight, {-1, weight.size(-1)}).t()), shape);
    if (options.linear_bias.defined()) logits = logits + options.linear_bias;
  }
  return cross_entropy(logits, target,
                       {.weight = options.weight,
                        .ignore_index = options.ignore_index.value_or(-100),
                        .reduction = options.reduction,
                        .label_smoothing = options.label_smoothing});
}

}  // namespace

Tensor linear_cross_entropy(const Tensor& input, const Tensor& linear_weight, const Tensor& target,
                            const LinearCrossEntropyOptions& options) try {
  const int rank = input.dim();
  if (rank != 1 && rank != 2) fail("the input has shape ", input.sizes(), "; wanted [in] or [N, in]");
  if (linear_weight.dim() < 2) fail("linear_weight has shape ", linear_weight.sizes(), "; wanted [C, ..., in]");
  if (input.size(-1) != linear_weight.size(-1)) {
    fail("the input has ", input.size(-1), " features, linear_weight wants ", linear_weight.size(-1), " (shapes ",
         input.sizes(), " and ", linear_weight.sizes(), ")");
  }
  if (input.dtype() != linear_weight.dtype() || !is_floating_point(input.dtype())) {
    fail("input and linear_weight must be of one floating point type, not ", input.dtype(), " and ",
         linear_weight.dtype());
  }
  const Tensor& bias = options.linear_bias;
  Dims bias_shape = linear_weight.sizes();
  bias_shape.erase(bias_shape.size() - 1);
  if (bias.defined() && (!(bias.sizes() == bias_shape) || bias.dtype() != input.dtype())) {
    fail("linear_bias has shape ", bias.sizes(), " of ", bias.dtype(), "; wanted ", bias_shape, " of ", input.dtype());
  }
  if (!(options.label_smoothing >= 0 && options.label_smoothing <= 1))
    fail("label_smoothing = ", options.label_smoothing, " must be at least 0 and at most 1");
  const bool by_class = target.dtype() == int64;
  if (!by_class && options.ignore_index) fail("ignore_index is of targets that are classes, not probabilities");
  const Tensor& weight = options.weight;
  const bool held = !by_class || linear_weight.dim() != 2 || linear_weight.size(0) == 0 ||
                    (weight.defined() && (weight.dtype() != input.dtype() || weight.requires_grad()));
  if (held) return with_logits(input, linear_weight, target, options);
  const Dims samples = rank == 1 ? Dims() : Dims(input.size(0));
  if (!(target.sizes() == samples)) {
    fail("an input of shape ", input.sizes(), " wants a target of shape ", samples, " (int64, classes), not ",
         target.sizes());
  }
  if (weight.defined() && !(weight.sizes() == Dims(linear_weight.size(0))))
    fail("weight has shape ", weight.sizes(), "; wanted one number for each of ", linear_weight.size(0), " classes");
  if (rank == 2) return by_blocks(input, linear_weight, target, options);
  return squeeze(by_blocks(unsqueeze(input, 0), linear_weight, unsqueeze(target, 0), options));
} catch (const Error& error) {
  fail_as("linear_cross_entropy", error);
}

}  // namespace descent
