#include "descent/loss/margin_ranking.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {

Tensor margin_ranking_loss(const Tensor& first, const Tensor& second, const Tensor& target,
                           const MarginRankingLossOptions& options) try {
  check_finite("margin_ranking_loss", "margin", options.margin);
  check_same_shape("margin_ranking_loss", "first", first, "second", second);
  check_same_shape("margin_ranking_loss", "first", first, "target", target);
  check_signs("margin_ranking_loss", target);
  return reduce(clamp_min(-target * (first - second) + options.margin, 0), options.reduction);
} catch (const Error& error) {
  fail_as("margin_ranking_loss", error);
}

}  // namespace descent
