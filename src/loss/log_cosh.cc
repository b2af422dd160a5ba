#include "descent/loss/log_cosh.h"

#include <numbers>

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {

// Two forms, as each loses digits, or overflows, where the other one is right: log(cosh(e)) is log1p(2 sinh(e / 2)^2),
// and |e| + softplus(-2 |e|) - log(2).
Tensor log_cosh_loss(const Tensor& prediction, const Tensor& target, const LogCoshLossOptions& options) try {
  check_shape("log_cosh_loss", prediction, "target", target);
  const Tensor errors = prediction - target;
  const Tensor is_small = abs(errors) < 1;
  const Tensor small = log1p(2 * square(sinh(where(is_small, errors, 0) / 2)));
  const Tensor size = abs(errors);
  const Tensor large = size + softplus(-2 * size) - std::numbers::ln2;
  return reduce(where(is_small, small, large), options.reduction);
} catch (const Error& error) {
  fail_as("log_cosh_loss", error);
}

}  // namespace descent
