#include "descent/loss/relative_error.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "ops/check.h"

namespace descent {

Tensor mape_loss(const Tensor& prediction, const Tensor& target, const MAPELossOptions& options) try {
  check_shape("mape_loss", prediction, "target", target);
  check_above("mape_loss", "eps", options.eps, 0);
  return reduce(100 * abs((prediction - target) / clamp_min(abs(target), options.eps)), options.reduction);
} catch (const Error& error) {
  fail_as("mape_loss", error);
}

Tensor msle_loss(const Tensor& prediction, const Tensor& target, const MSLELossOptions& options) try {
  check_shape("msle_loss", prediction, "target", target);
  check_at_least("msle_loss", "eps", options.eps, 0);
  check(target, target >= 0, {"msle_loss", "target", "must be at least 0"});
  const auto logarithm = [&](const Tensor& x) { return log1p(clamp_min(x, options.eps)); };
  return reduce(square(logarithm(prediction) - logarithm(target)), options.reduction);
} catch (const Error& error) {
  fail_as("msle_loss", error);
}

}  // namespace descent
