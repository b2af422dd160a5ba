#include "descent/loss/cross_entropy.h"

#include "descent/ops.h"
#include "functional/class_losses.h"
#include "loss/classes.h"
#include "loss/reduce.h"
#include "loss/soft_classes.h"

namespace descent {
namespace {

// With the class of each sample as target; `weighted` is log softmax times the weights of the classes.
Tensor of_classes(const Tensor& weighted, int class_dim, const Tensor& target, const CrossEntropyLossOptions& options) {
  const ClassTargets targets("cross_entropy", target, weighted.size(class_dim), options.weight, options.ignore_index);
  Tensor losses = -at_classes(weighted, class_dim, targets.classes);
  if (options.label_smoothing > 0) {
    losses = lerp(losses, -mean(weighted, class_dim), options.label_smoothing);
  }
  return reduce(masked_fill(losses, targets.ignored, 0), targets.counts, options.reduction);
}

// The same of logits [N, C], without smoothing.
Tensor of_rows(const Tensor& logits, const Tensor& target, const CrossEntropyLossOptions& options) {
  const ClassTargets targets("cross_entropy", target, logits.size(1), options.weight, options.ignore_index);
  Tensor losses = class_losses(logits, targets.classes);
  if (options.weight.defined()) losses = losses * targets.counts;
  return reduce(masked_fill(losses, targets.ignored, 0), targets.counts, options.reduction);
}

// The same with the probability of each class as target.
Tensor of_probabilities(const Tensor& weighted, int class_dim, const Tensor& target,
                        const CrossEntropyLossOptions& options) {
  const double even = options.label_smoothing / static_cast<double>(weighted.size(class_dim));
  const Tensor smooth = options.label_smoothing > 0 ? target * (1 - options.label_smoothing) + even : target;
  return reduce(-sum(weighted * smooth, class_dim), options.reduction);
}

}  // namespace

Tensor cross_entropy(const Tensor& logits, const Tensor& target, const CrossEntropyLossOptions& options) try {
  const int class_dim = class_dim_of("cross_entropy", "logits", logits);
  const Tensor& weight = options.weight;
  check_class_weight("cross_entropy", "logits", logits, weight);
  Dims sample_shape = logits.sizes();
  sample_shape.erase(class_dim);
  const bool by_class = target.dtype() == int64;
  if (!(target.sizes() == (by_class ? sample_shape : logits.sizes())) || target.dtype() == boolean) {
    fail("cross_entropy: logits of shape ", logits.sizes(), " want a target of shape ", sample_shape,
         " (int64, classes) or ", logits.sizes(), " (floating point, probabilities), not ", target.sizes(), " of ",
         target.dtype());
  }
  if (!(options.label_smoothing >= 0 && options.label_smoothing <= 1)) {
    fail("cross_entropy: label_smoothing = ", options.label_smoothing, " must be at least 0 and at most 1");
  }

  if (by_class && options.label_smoothing == 0 && logits.dim() == 2 && logits.numel() > 0 &&
      is_floating_point(logits.dtype())) {
    return of_rows(logits, target, options);
  }
  Tensor weighted = log_softmax(logits, class_dim);
  if (weight.defined()) weighted = weighted * along_classes(weight, logits, class_dim);
  return by_class ? of_classes(weighted, class_dim, target, options)
                  : of_probabilities(weighted, class_dim, target, options);
} catch (const Error& error) {
  fail_as("cross_entropy", error);
}

}  // namespace descent
