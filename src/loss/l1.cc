#include "descent/loss/l1.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {

Tensor l1_loss(const Tensor& prediction, const Tensor& target, const L1LossOptions& options) try {
  check_shape("l1_loss", prediction, "target", target);
  const Tensor errors = abs(prediction - target);
  if (!options.weight.defined()) return reduce(errors, options.reduction);
  check_shape("l1_loss", prediction, "weight", options.weight);
  return reduce(errors * options.weight, options.weight, options.reduction);
} catch (const Error& error) {
  fail_as("l1_loss", error);
}

}  // namespace descent
