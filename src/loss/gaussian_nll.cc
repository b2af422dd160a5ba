#include "descent/loss/gaussian_nll.h"

#include <cmath>
#include <numbers>

#include "descent/create.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "ops/check.h"

namespace descent {
namespace {

// `var` in a shape that broadcasts to the prediction's.
Tensor fit(const Tensor& var, const Tensor& prediction) {
  if (var.dim() == 0) return zeros({}, {.dtype = prediction.dtype()}) + var;  // a number in the prediction's dtype
  Dims all_but_last = prediction.sizes();
  if (!all_but_last.empty()) all_but_last.erase(all_but_last.size() - 1);
  if (var.dim() == prediction.dim() - 1 && var.sizes() == all_but_last) return var.unsqueeze(-1);
  bool fits = var.dim() == prediction.dim();
  for (int d = 0; fits && d < var.dim(); ++d) fits = var.size(d) == prediction.size(d) || var.size(d) == 1;
  if (!fits) {
    fail("gaussian_nll_loss: a prediction of shape ", prediction.sizes(), " wants a var of that shape, without its ",
         "last dimension, or with sizes of 1 in it, not ", var.sizes());
  }
  return var;
}

}  // namespace

Tensor gaussian_nll_loss(const Tensor& prediction, const Tensor& target, const Tensor& var,
                         const GaussianNLLLossOptions& options) try {
  if (!(options.eps > 0)) fail("gaussian_nll_loss: eps = ", options.eps, " must be above 0");
  check_shape("gaussian_nll_loss", prediction, "target", target);
  check(var, !(var < 0), {"gaussian_nll_loss", "var", "is below 0"});
  const Tensor fitted = fit(var, prediction);
  // eps where it is below, with the slope of the variance itself.
  const Tensor v = where(fitted < options.eps, options.eps + (fitted - fitted.detach()), fitted);
  Tensor losses = 0.5 * (log(v) + square(prediction - target) / v);
  if (options.full) losses = losses + 0.5 * std::log(2 * std::numbers::pi);
  return reduce(losses, options.reduction);
} catch (const Error& error) {
  fail_as("gaussian_nll_loss", error);
}

}  // namespace descent
