#include "descent/loss/angular_margin.h"

#include <cmath>
#include <numbers>

#include "descent/loss/cross_entropy.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/soft_classes.h"
#include "loss/unit_vectors.h"

namespace descent {
namespace {

// cos(theta + margin) of cos(theta), continued where that angle exceeds pi. There is no gradient of sin(theta) at 0,
// where it would be infinite.
Tensor cosine_with_margin(const Tensor& cosine, double margin) {
  const Tensor squared_sine = (1 - cosine) * (1 + cosine);
  const Tensor flat = squared_sine <= 0;
  const Tensor sine = masked_fill(sqrt(masked_fill(squared_sine, flat, 1)), flat, 0);
  return where(cosine > -std::cos(margin), cosine * std::cos(margin) - sine * std::sin(margin),
               cosine - margin * std::sin(margin));
}

}  // namespace

Tensor angular_margin_loss(const Tensor& embeddings, const Tensor& weight, const Tensor& target,
                           const AngularMarginLossOptions& options) try {
  const auto& [margin, cosine_margin, scale, label_smoothing, reduction] = options;
  check_matrix("angular_margin_loss", "embeddings", embeddings);
  if (weight.dim() != 2 || weight.size(1) != embeddings.size(1)) {
    fail("angular_margin_loss: embeddings of shape ", embeddings.sizes(), " want a weight of shape [C, ",
         embeddings.size(1), "], not ", weight.sizes());
  }
  if (!(margin >= 0 && margin < std::numbers::pi)) {
    fail("angular_margin_loss: margin = ", margin, " must be at least 0 and below pi");
  }
  check_at_least("angular_margin_loss", "cosine_margin", cosine_margin, 0);
  if (!(label_smoothing >= 0 && label_smoothing <= 1)) {
    fail("angular_margin_loss: label_smoothing = ", label_smoothing, " must be at least 0 and at most 1");
  }
  check_above("angular_margin_loss", "scale", scale, 0);

  const Tensor cosines = linear(unit_vectors(embeddings, 1), unit_vectors(weight, 1));
  const int class_dim = check_class_target("angular_margin_loss", "cosines", cosines, target);
  const Tensor of_target = cosine_with_margin(cosines, margin) - cosine_margin;
  const Tensor logits = scale * where(class_mask(cosines, class_dim, target), of_target, cosines);
  return cross_entropy(logits, target, {.reduction = reduction, .label_smoothing = label_smoothing});
} catch (const Error& error) {
  fail_as("angular_margin_loss", error);
}

}  // namespace descent
