#include "descent/loss/nll.h"

#include "descent/ops.h"
#include "loss/classes.h"
#include "loss/reduce.h"

namespace descent {

Tensor nll_loss(const Tensor& log_probabilities, const Tensor& target, const NLLLossOptions& options) try {
  check_class_weight("nll_loss", "log probabilities", log_probabilities, options.weight);
  const int class_dim = check_class_shape("nll_loss", "log probabilities", log_probabilities, target);

  const ClassTargets targets("nll_loss", target, log_probabilities.size(class_dim), options.weight,
                             options.ignore_index);
  Tensor losses = -at_classes(log_probabilities, class_dim, targets.classes);
  if (options.weight.defined()) losses = losses * targets.counts;
  return reduce(masked_fill(losses, targets.ignored, 0), targets.counts, options.reduction);
} catch (const Error& error) {
  fail_as("nll_loss", error);
}

}  // namespace descent
