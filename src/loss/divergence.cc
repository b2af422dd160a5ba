#include "descent/loss/divergence.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "ops/check.h"

namespace descent {

Tensor generalized_kl_div(const Tensor& log_prediction, const Tensor& target,
                          const GeneralizedKLDivLossOptions& options) try {
  check_shape("generalized_kl_div", log_prediction, "target", target);
  if (log_prediction.dim() == 0) fail("generalized_kl_div: wants a prediction of shape [..., C], not []");
  const auto total = [&](const Tensor& information, const Tensor& t) {
    return reduce(sum(information - t + exp(log_prediction), -1), options.reduction);
  };
  if (options.log_target) return total(exp(target) * (target - log_prediction), exp(target));
  check(target, target >= 0, {"generalized_kl_div", "target", "must be at least 0"});
  const Tensor none = target == 0;  // 0 log(0) is 0
  return total(where(none, 0, target * (log(where(none, 1, target)) - log_prediction)), target);
} catch (const Error& error) {
  fail_as("generalized_kl_div", error);
}

}  // namespace descent
