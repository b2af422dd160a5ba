#include "descent/loss/soft_margin.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {

Tensor soft_margin_loss(const Tensor& score, const Tensor& target, const SoftMarginLossOptions& options) try {
  check_shape("soft_margin_loss", score, "target", target);
  check_signs("soft_margin_loss", target);
  return reduce(softplus(-target * score), options.reduction);
} catch (const Error& error) {
  fail_as("soft_margin_loss", error);
}

Tensor multilabel_soft_margin_loss(const Tensor& logits, const Tensor& target,
                                   const MultiLabelSoftMarginLossOptions& options) try {
  constexpr const char* name = "multilabel_soft_margin_loss";
  if (logits.dim() == 0) fail(name, ": wants logits of shape [..., C], not []");
  check_shape(name, logits, "target", target);
  check_probabilities(name, "target", target);
  Tensor losses = -(target * log_sigmoid(logits) + (1 - target) * log_sigmoid(-logits));
  if (options.weight.defined()) {
    check_broadcasts(name, logits, "weight", options.weight);
    losses = losses * options.weight;
  }
  return reduce(sum(losses, -1) / logits.size(-1), options.reduction);
} catch (const Error& error) {
  fail_as("multilabel_soft_margin_loss", error);
}

}  // namespace descent
