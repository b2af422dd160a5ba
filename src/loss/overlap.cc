#include "descent/loss/overlap.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "loss/soft_classes.h"

namespace descent {
namespace {

// For each class, of each sample or of all: what is predicted, what is there, and what is both.
struct Regions {
  Regions(const char* loss, const Tensor& prediction, const Tensor& target, double smooth, bool over_batch) {
    if (prediction.dim() < 2) {
      fail(loss, ": wants a prediction of shape [N, C] or [N, C, ...], not ", prediction.sizes());
    }
    check_at_least(loss, "smooth", smooth, 0);
    check_probabilities(loss, "prediction", prediction);
    const int class_dim = check_soft_class_target(loss, "predictions", prediction, target);
    const Tensor t =
        target.dtype() == int64 ? class_mask(prediction, class_dim, target).to(prediction.dtype()) : target;
    const auto total = [&](const Tensor& x) {
      const Tensor of_samples = sum(flatten(x.unsqueeze(-1), 2), -1);  // [N, C] has one position
      return over_batch ? sum(of_samples, 0) : of_samples;
    };
    predicted = total(prediction);
    there = total(t);
    both = total(prediction * t);
  }

  Tensor predicted, there, both;
};

}  // namespace

Tensor tversky_loss(const Tensor& prediction, const Tensor& target, const TverskyLossOptions& options) try {
  const auto& [alpha, beta, gamma, smooth, over_batch, reduction] = options;
  check_at_least("tversky_loss", "alpha", alpha, 0);
  check_at_least("tversky_loss", "beta", beta, 0);
  check_above("tversky_loss", "gamma", gamma, 0);
  const Regions regions("tversky_loss", prediction, target, smooth, over_batch);
  const Tensor false_alarms = regions.predicted - regions.both, misses = regions.there - regions.both;
  const Tensor wrong = alpha * false_alarms + beta * misses;
  const Tensor losses = wrong / (regions.both + wrong + smooth);
  if (gamma == 1) return reduce(losses, reduction);
  const Tensor perfect = losses <= 0;  // where the power's slope is infinite
  return reduce(where(perfect, 0, pow(where(perfect, 1, losses), 1 / gamma)), reduction);
} catch (const Error& error) {
  fail_as("tversky_loss", error);
}

Tensor dice_loss(const Tensor& prediction, const Tensor& target, const DiceLossOptions& options) try {
  const auto& [smooth, over_batch, reduction] = options;
  const Regions regions("dice_loss", prediction, target, smooth, over_batch);
  const Tensor mean_size = (regions.predicted + regions.there) / 2;
  return reduce((mean_size - regions.both) / (mean_size + smooth), reduction);
} catch (const Error& error) {
  fail_as("dice_loss", error);
}

Tensor generalized_dice_loss(const Tensor& prediction, const Tensor& target,
                             const GeneralizedDiceLossOptions& options) try {
  const auto& [smooth, over_batch, reduction] = options;
  const Regions regions("generalized_dice_loss", prediction, target, smooth, over_batch);
  const Tensor absent = regions.there == 0;
  const Tensor of_present = masked_fill(1 / square(masked_fill(regions.there, absent, 1)), absent, 0);
  const Tensor weights = where(absent, amax(of_present, -1, /*keepdim=*/true), of_present);
  const Tensor both = sum(weights * regions.both, -1), sizes = sum(weights * (regions.predicted + regions.there), -1);
  return reduce((sizes - 2 * both) / (sizes + smooth), reduction);
} catch (const Error& error) {
  fail_as("generalized_dice_loss", error);
}

}  // namespace descent
