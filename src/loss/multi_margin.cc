#include "descent/loss/multi_margin.h"

#include "descent/create.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/classes.h"
#include "loss/reduce.h"

namespace descent {
namespace {

void check_scores(const char* loss, const Tensor& scores) {
  if (scores.dim() == 1 || scores.dim() == 2) return;
  fail(loss, ": wants scores of shape [C] or [N, C], not ", scores.sizes());
}

}  // namespace

Tensor multi_margin_loss(const Tensor& scores, const Tensor& target, const MultiMarginLossOptions& options) {
  if (options.p != 1 && options.p != 2) fail("multi_margin_loss: p = ", options.p, " must be 1 or 2");
  check_finite("multi_margin_loss", "margin", options.margin);
  check_scores("multi_margin_loss", scores);
  check_class_weight("multi_margin_loss", "scores", scores, options.weight);
  check_class_target("multi_margin_loss", "scores", scores, target);
  const std::int64_t class_count = scores.size(-1);
  check_classes("multi_margin_loss", target, class_count);

  const Tensor right = target.unsqueeze(-1);
  Tensor hinges = relu(options.margin - gather(scores, -1, right) + scores);
  if (options.p == 2) hinges = square(hinges);
  const Tensor is_right = arange(class_count) == right;
  Tensor losses = sum(masked_fill(hinges, is_right, 0), -1) / class_count;
  if (options.weight.defined()) {
    losses = losses * index_select(options.weight, 0, target.flatten()).reshape(target.sizes());
  }
  return reduce(losses, options.reduction);
}

Tensor multilabel_margin_loss(const Tensor& scores, const Tensor& target, const MultiLabelMarginLossOptions& options) {
  check_scores("multilabel_margin_loss", scores);
  check_shape("multilabel_margin_loss", scores, "target", target);
  const std::int64_t class_count = scores.size(-1);
  check_classes("multilabel_margin_loss", target, class_count, -1);

  // Which of `target` come before the first -1, and which classes they name.
  const Tensor counts = cumsum(target < 0, -1) == 0;
  const Tensor labels = where(counts, target, 0);
  const Tensor is_label = scatter_add(zeros_like(target), -1, labels, counts.to(int64)) > 0;

  const Tensor hinges = relu(1 - gather(scores, -1, labels).unsqueeze(-1) + scores.unsqueeze(-2));  // [..., label, C]
  const Tensor matters = counts.unsqueeze(-1) && !is_label.unsqueeze(-2);
  return reduce(sum(where(matters, hinges, 0), {-1, -2}) / class_count, options.reduction);
}

}  // namespace descent
