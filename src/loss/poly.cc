#include "descent/loss/poly.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "loss/soft_classes.h"

namespace descent {

Tensor poly_cross_entropy(const Tensor& logits, const Tensor& target, const PolyCrossEntropyLossOptions& options) try {
  const int class_dim = check_soft_class_target("poly_cross_entropy", "logits", logits, target);
  check_at_least("poly_cross_entropy", "epsilon", options.epsilon, -1);
  const Tensor log_p = log_softmax(logits, class_dim);
  const Tensor losses = -log_p - options.epsilon * expm1(log_p);
  return reduce(at_target(losses, class_dim, target), options.reduction);
} catch (const Error& error) {
  fail_as("poly_cross_entropy", error);
}

}  // namespace descent
