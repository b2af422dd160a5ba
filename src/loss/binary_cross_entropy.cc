#include "descent/loss/binary_cross_entropy.h"

#include "descent/autograd.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {
namespace {

constexpr double kLeastLog = -100;
constexpr double kLeastDenominator = 1e-12f;  // as rounded in PyTorch

// The losses of the elements. The gradient is PyTorch's, finite where the logarithm's is not.
Tensor losses_of(const Tensor& probabilities, const Tensor& target) {
  static const auto function = custom_function(
      "binary_cross_entropy",
      [](Context& context, const std::vector<Tensor>& in) {
        const Tensor &p = in[0], &target = in[1];
        context.save({p, target});
        return (target - 1) * clamp_min(log1p(-p), kLeastLog) - target * clamp_min(log(p), kLeastLog);
      },
      [](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
        const Tensor &p = context.saved()[0], &target = context.saved()[1];
        return {gradient * (p - target) / clamp_min(p * (1 - p), kLeastDenominator),
                gradient * (clamp_min(log1p(-p), kLeastLog) - clamp_min(log(p), kLeastLog))};
      });
  return function({probabilities, target});
}

Tensor weigh(const char* loss, const Tensor& losses, const Tensor& weight) {
  if (!weight.defined()) return losses;
  check_broadcasts(loss, losses, "weight", weight);
  return losses * weight;
}

}  // namespace

Tensor binary_cross_entropy(const Tensor& prediction, const Tensor& target, const BCELossOptions& options) try {
  check_shape("binary_cross_entropy", prediction, "target", target);
  check_probabilities("binary_cross_entropy", "prediction", prediction);
  check_probabilities("binary_cross_entropy", "target", target);
  return reduce(weigh("binary_cross_entropy", losses_of(prediction, target), options.weight), options.reduction);
} catch (const Error& error) {
  fail_as("binary_cross_entropy", error);
}

Tensor binary_cross_entropy_with_logits(const Tensor& logits, const Tensor& target,
                                        const BCEWithLogitsLossOptions& options) try {
  constexpr const char* name = "binary_cross_entropy_with_logits";
  check_shape(name, logits, "target", target);
  check_probabilities(name, "target", target);
  Tensor log_likelihood_of_yes = log_sigmoid(logits);
  if (options.pos_weight.defined()) {
    check_broadcasts(name, logits, "pos_weight", options.pos_weight);
    log_likelihood_of_yes = log_likelihood_of_yes * (1 + (options.pos_weight - 1) * target);
  }
  // log(1 - p) = log(p) - logits.
  return reduce(weigh(name, (1 - target) * logits - log_likelihood_of_yes, options.weight), options.reduction);
} catch (const Error& error) {
  fail_as("binary_cross_entropy_with_logits", error);
}

}  // namespace descent
