#include "descent/loss/mse.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {

Tensor mse_loss(const Tensor& prediction, const Tensor& target, const MSELossOptions& options) try {
  check_shape("mse_loss", prediction, "target", target);
  const Tensor errors = square(prediction - target);
  if (!options.weight.defined()) return reduce(errors, options.reduction);
  check_shape("mse_loss", prediction, "weight", options.weight);
  return reduce(errors * options.weight, options.weight, options.reduction);
} catch (const Error& error) {
  fail_as("mse_loss", error);
}

}  // namespace descent
