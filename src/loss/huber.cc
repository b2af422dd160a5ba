#include "descent/loss/huber.h"

#include "descent/loss/l1.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {
namespace {

// e^2 / 2 within +-bound, and the line that goes on from there.
Tensor square_then_line(const Tensor& error, double bound) {
  const Tensor near = clamp(error, -bound, bound);
  return near * (error - near * 0.5);
}

}  // namespace

Tensor huber_loss(const Tensor& prediction, const Tensor& target, const HuberLossOptions& options) try {
  if (!(options.delta > 0)) fail("huber_loss: delta = ", options.delta, " must be above 0");
  check_shape("huber_loss", prediction, "target", target);
  const Tensor losses = square_then_line(prediction - target, options.delta);
  if (!options.weight.defined()) return reduce(losses, options.reduction);
  check_shape("huber_loss", prediction, "weight", options.weight);
  return reduce(losses * options.weight, options.reduction);
} catch (const Error& error) {
  fail_as("huber_loss", error);
}

Tensor smooth_l1_loss(const Tensor& prediction, const Tensor& target, const SmoothL1LossOptions& options) try {
  if (!(options.beta >= 0)) fail("smooth_l1_loss: beta = ", options.beta, " must be at least 0");
  check_shape("smooth_l1_loss", prediction, "target", target);
  if (options.beta == 0) return l1_loss(prediction, target, {.reduction = options.reduction});
  return reduce(square_then_line(prediction - target, options.beta) / options.beta, options.reduction);
} catch (const Error& error) {
  fail_as("smooth_l1_loss", error);
}

}  // namespace descent
