#include "descent/loss/tweedie.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "ops/check.h"

namespace descent {

Tensor tweedie_deviance_loss(const Tensor& prediction, const Tensor& target,
                             const TweedieDevianceLossOptions& options) try {
  check_shape("tweedie_deviance_loss", prediction, "target", target);
  const double p = options.power;
  if (!(p > 1 && p < 2)) fail("tweedie_deviance_loss: power = ", p, " must be above 1 and below 2");
  check(target, target >= 0, {"tweedie_deviance_loss", "target", "must be at least 0"});
  if (!options.log_input) {
    check(prediction, prediction > 0, {"tweedie_deviance_loss", "prediction", "must be above 0"});
  }
  const auto to_the = [&](const Tensor& x, double power) { return options.log_input ? exp(power * x) : pow(x, power); };
  // A target of 0 rules this term out, however small the mean is.
  const Tensor cross_term = target * to_the(where(target == 0, 1, prediction), 1 - p) / (1 - p);
  const Tensor deviances =
      2 * (pow(target, 2 - p) / ((1 - p) * (2 - p)) - cross_term + to_the(prediction, 2 - p) / (2 - p));
  return reduce(deviances, options.reduction);
} catch (const Error& error) {
  fail_as("tweedie_deviance_loss", error);
}

}  // namespace descent
