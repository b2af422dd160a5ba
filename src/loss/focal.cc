#include "descent/loss/focal.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/classes.h"
#include "loss/masked_logsumexp.h"
#include "loss/reduce.h"
#include "loss/soft_classes.h"

namespace descent {
namespace {

// log(1 - softmax(logits)). The largest probability, which may round to 1, is taken from the others.
Tensor log_one_minus_softmax(const Tensor& logits, int class_dim) {
  const Tensor log_p = log_softmax(logits, class_dim);
  const Tensor is_largest = class_mask(logits, class_dim, argmax(logits, class_dim));
  const Tensor of_others = masked_logsumexp(log_p, !is_largest && isfinite(log_p), class_dim);
  return where(is_largest, of_others, log1p(-exp(masked_fill(log_p, is_largest, -1))));
}

}  // namespace

Tensor sigmoid_focal_loss(const Tensor& logits, const Tensor& target, const SigmoidFocalLossOptions& options) try {
  check_shape("sigmoid_focal_loss", logits, "target", target);
  check_probabilities("sigmoid_focal_loss", "target", target);
  check_at_least("sigmoid_focal_loss", "gamma", options.gamma, 0);
  const double alpha = options.alpha.value_or(0);
  if (!(alpha >= 0 && alpha <= 1)) {
    fail("sigmoid_focal_loss: alpha = ", alpha, " must be at least 0 and at most 1, or nullopt");
  }
  const Tensor t = target.detach();
  const Tensor log_p = log_sigmoid(logits), log_q = log_sigmoid(-logits);
  const Tensor log_wrong = logaddexp(log(t) + log_q, log(1 - t) + log_p);
  Tensor losses = -exp(options.gamma * log_wrong) * (t * log_p + (1 - t) * log_q);
  if (options.alpha) losses = losses * (t * alpha + (1 - t) * (1 - alpha));
  return reduce(losses, options.reduction);
} catch (const Error& error) {
  fail_as("sigmoid_focal_loss", error);
}

Tensor softmax_focal_loss(const Tensor& logits, const Tensor& target, const SoftmaxFocalLossOptions& options) try {
  const int class_dim = check_soft_class_target("softmax_focal_loss", "logits", logits, target);
  check_class_weight("softmax_focal_loss", "logits", logits, options.weight);
  check_at_least("softmax_focal_loss", "gamma", options.gamma, 0);
  // Of classes, only what is the target's: the logarithms of others may be infinite.
  const bool by_class = target.dtype() == int64;
  const auto of_target = [&](const Tensor& x) {
    return by_class ? at_classes(x, class_dim, target).unsqueeze(class_dim) : x;
  };
  Tensor losses = -of_target(log_softmax(logits, class_dim));
  if (options.gamma > 0) {
    losses = losses * exp(options.gamma * of_target(log_one_minus_softmax(logits, class_dim)));
  }
  if (options.weight.defined()) {
    losses = losses * of_target(along_classes(options.weight, logits, class_dim).expand(logits.sizes()));
  }
  return reduce(sum(by_class ? losses : losses * target, class_dim), options.reduction);
} catch (const Error& error) {
  fail_as("softmax_focal_loss", error);
}

}  // namespace descent
