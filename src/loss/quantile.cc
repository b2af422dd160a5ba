#include "descent/loss/quantile.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {

Tensor quantile_loss(const Tensor& prediction, const Tensor& target, const QuantileLossOptions& options) try {
  check_shape("quantile_loss", prediction, "target", target);
  const double quantile = options.quantile;
  if (!(quantile > 0 && quantile < 1)) fail("quantile_loss: quantile = ", quantile, " must be above 0 and below 1");
  const Tensor errors = target - prediction;
  return reduce(maximum(quantile * errors, (quantile - 1) * errors), options.reduction);
} catch (const Error& error) {
  fail_as("quantile_loss", error);
}

}  // namespace descent
