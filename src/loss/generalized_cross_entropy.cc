#include "descent/loss/generalized_cross_entropy.h"

#include "descent/ops.h"
#include "loss/reduce.h"
#include "loss/soft_classes.h"

namespace descent {

Tensor generalized_cross_entropy(const Tensor& logits, const Tensor& target,
                                 const GeneralizedCrossEntropyLossOptions& options) try {
  const int class_dim = check_soft_class_target("generalized_cross_entropy", "logits", logits, target);
  const double q = options.q;
  if (!(q > 0 && q <= 1)) fail("generalized_cross_entropy: q = ", q, " must be above 0 and at most 1");
  const Tensor losses = expm1(q * log_softmax(logits, class_dim)) / -q;
  return reduce(at_target(losses, class_dim, target), options.reduction);
} catch (const Error& error) {
  fail_as("generalized_cross_entropy", error);
}

}  // namespace descent
