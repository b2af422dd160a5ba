#include "descent/loss/z_loss.h"

#include "descent/loss/cross_entropy.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/classes.h"
#include "loss/reduce.h"

namespace descent {

Tensor cross_entropy_with_z_loss(const Tensor& logits, const Tensor& target,
                                 const CrossEntropyWithZLossOptions& options) try {
  check_at_least("cross_entropy_with_z_loss", "coefficient", options.coefficient, 0);
  const Tensor losses = cross_entropy(
      logits, target,
      {.ignore_index = options.ignore_index, .reduction = Reduction::none, .label_smoothing = options.label_smoothing});
  const Tensor log_z = logsumexp(logits, class_dim_of("cross_entropy_with_z_loss", "logits", logits));
  const Tensor all = losses + options.coefficient * square(log_z);
  if (target.dtype() != int64) return reduce(all, options.reduction);
  const Tensor ignored = target == options.ignore_index;
  return reduce(masked_fill(all, ignored, 0), !ignored, options.reduction);
} catch (const Error& error) {
  fail_as("cross_entropy_with_z_loss", error);
}

}  // namespace descent
