#include "descent/loss/sparsemax.h"

#include "descent/create.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "loss/soft_classes.h"
#include "ops/check.h"

namespace descent {
namespace {

// Which elements of x have a share in sparsemax(x). Of the sorted ones, the k-th has if 1 + k x_k exceeds the sum of
// the first k.
Tensor support_of(const Tensor& x, std::int64_t dim) {
  const Tensor sorted = sort(x, dim, /*descending=*/true).values;
  const Tensor k = cumsum(ones_like(x), dim);
  const Tensor count = sum(1 + k * sorted > cumsum(sorted, dim), dim, /*keepdim=*/true);
  return x >= gather(sorted, dim, clamp_min(count - 1, 0));
}

}  // namespace

// Of the support the rest is linear: what autograd sees are sums over a fixed set.
Tensor sparsemax(const Tensor& x, std::int64_t dim) try {
  if (x.numel() == 0) return exp(x);
  const Tensor shifted = x - amax(x.detach(), dim, /*keepdim=*/true);
  const Tensor in_support = support_of(shifted.detach(), dim);
  const Tensor total = sum(where(in_support, shifted, 0), dim, /*keepdim=*/true);
  const Tensor threshold = (total - 1) / sum(in_support, dim, /*keepdim=*/true);
  return where(in_support, shifted - threshold, 0);
} catch (const Error& error) {
  fail_as("sparsemax", error);
}

Tensor sparsemax_loss(const Tensor& score, const Tensor& target, const SparsemaxLossOptions& options) try {
  check_shape("sparsemax_loss", score, "target", target);
  check(target, target == 0 || target == 1, {"sparsemax_loss", "target", "must be 0 or 1"});
  const Tensor x = where(target == 1, -score, score);
  return reduce(square(1 + clamp(x, -1, 1)) / 4 + relu(x - 1), options.reduction);
} catch (const Error& error) {
  fail_as("sparsemax_loss", error);
}

Tensor multiclass_sparsemax_loss(const Tensor& scores, const Tensor& target, const SparsemaxLossOptions& options) try {
  const int class_dim = check_soft_class_target("multiclass_sparsemax_loss", "scores", scores, target);
  if (scores.numel() == 0) return reduce(sum(scores, class_dim), options.reduction);
  const Tensor shifted = scores - amax(scores, class_dim, /*keepdim=*/true);
  const Tensor p = sparsemax(shifted, class_dim);
  const Tensor t = target.dtype() == int64 ? class_mask(scores, class_dim, target).to(scores.dtype()) : target;
  return reduce(sum((p - t) * (shifted - (p + t) / 2), class_dim), options.reduction);
} catch (const Error& error) {
  fail_as("multiclass_sparsemax_loss", error);
}

}  // namespace descent
