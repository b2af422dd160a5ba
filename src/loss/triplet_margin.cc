#include "descent/loss/triplet_margin.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {
namespace {

void check_triplet(const char* loss, const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                   double margin) {
  if (!(margin > 0)) fail(loss, ": margin = ", margin, " must be above 0");
  check_same_shape(loss, "anchor", anchor, "positive", positive);
  check_same_shape(loss, "anchor", anchor, "negative", negative);
}

Tensor distance(const Tensor& x, const Tensor& y, double p, double eps) { return norm(x - y + eps, p, -1); }

}  // namespace

Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletMarginLossOptions& options) try {
  check_triplet("triplet_margin_loss", anchor, positive, negative, options.margin);
  if (!(options.p > 0)) fail("triplet_margin_loss: p = ", options.p, " must be above 0");
  check_finite("triplet_margin_loss", "eps", options.eps);
  if (anchor.dim() == 0) fail("triplet_margin_loss: wants vectors of shape [D] or [..., D], not []");
  const auto distance_function = [&](const Tensor& x, const Tensor& y) {
    return distance(x, y, options.p, options.eps);
  };
  return triplet_margin_with_distance_loss(anchor, positive, negative,
                                           {.distance_function = distance_function,
                                            .margin = options.margin,
                                            .swap = options.swap,
                                            .reduction = options.reduction});
} catch (const Error& error) {
  fail_as("triplet_margin_loss", error);
}

Tensor triplet_margin_with_distance_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                                         const TripletMarginWithDistanceLossOptions& options) try {
  check_triplet("triplet_margin_with_distance_loss", anchor, positive, negative, options.margin);
  const auto distance_of = [&](const Tensor& x, const Tensor& y) {
    return options.distance_function ? options.distance_function(x, y) : distance(x, y, 2, 1e-6);
  };
  const Tensor to_positive = distance_of(anchor, positive);
  Tensor to_negative = distance_of(anchor, negative);
  if (options.swap) to_negative = minimum(to_negative, distance_of(positive, negative));
  return reduce(clamp_min(options.margin + to_positive - to_negative, 0), options.reduction);
} catch (const Error& error) {
  fail_as("triplet_margin_with_distance_loss", error);
}

}  // namespace descent
