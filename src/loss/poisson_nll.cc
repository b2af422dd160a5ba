#include "descent/loss/poisson_nll.h"

#include <numbers>

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {
namespace {

// log(count!) approximately, 0 for counts up to 1.
Tensor stirling(const Tensor& count) {
  const Tensor large = count > 1;
  const Tensor n = where(large, count, 1);  // no logarithm of 0, whose slope would be infinite
  return where(large, n * log(n) - n + 0.5 * log(n * (2 * std::numbers::pi)), 0);
}

}  // namespace

Tensor poisson_nll_loss(const Tensor& prediction, const Tensor& target, const PoissonNLLLossOptions& options) try {
  if (!(options.eps >= 0)) fail("poisson_nll_loss: eps = ", options.eps, " must be at least 0");
  check_shape("poisson_nll_loss", prediction, "target", target);
  Tensor losses =
      options.log_input ? exp(prediction) - target * prediction : prediction - target * log(prediction + options.eps);
  if (options.full) losses = losses + stirling(target);
  return reduce(losses, options.reduction);
} catch (const Error& error) {
  fail_as("poisson_nll_loss", error);
}

}  // namespace descent
