#include "descent/loss/kl_div.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "ops/check.h"

namespace descent {
namespace {

// p log(p), 0 at 0.
Tensor p_log_p(const Tensor& p) { return p * log(where(p == 0, 1, p)); }

Tensor reduce_divergence(const Tensor& terms, KLDivReduction reduction) {
  switch (reduction) {
    case KLDivReduction::batchmean:
      return sum(terms) / (terms.dim() == 0 ? 1 : terms.size(0));
    case KLDivReduction::mean:
      return reduce(terms, Reduction::mean);
    case KLDivReduction::sum:
      return reduce(terms, Reduction::sum);
    default:
      return terms;
  }
}

}  // namespace

Tensor kl_div(const Tensor& log_probabilities, const Tensor& target, const KLDivLossOptions& options) try {
  check_shape("kl_div", log_probabilities, "target", target);
  if (options.log_target) return reduce_divergence(exp(target) * (target - log_probabilities), options.reduction);
  check(target, !(target < 0), {"kl_div", "target", "is no probability; wanted 0 or more"});
  return reduce_divergence(p_log_p(target) - target * log_probabilities, options.reduction);
} catch (const Error& error) {
  fail_as("kl_div", error);
}

}  // namespace descent
