#include "descent/loss/multi_margin.h"

#include "descent/create.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/classes.h"
#include "loss/reduce.h"
#include "loss/soft_classes.h"
#include "ops/check.h"

namespace descent {
namespace {

void check_scores(const char* loss, const Tensor& scores) {
  if (scores.dim() == 1 || scores.dim() == 2) return;
  fail(loss, ": wants scores of shape [C] or [N, C], not ", scores.sizes());
}

}  // namespace

Tensor multi_margin_loss(const Tensor& scores, const Tensor& target, const MultiMarginLossOptions& options) try {
  if (options.p != 1 && options.p != 2) fail("multi_margin_loss: p = ", options.p, " must be 1 or 2");
  check_finite("multi_margin_loss", "margin", options.margin);
  check_scores("multi_margin_loss", scores);
  check_class_weight("multi_margin_loss", "scores", scores, options.weight);
  const int class_dim = check_class_target("multi_margin_loss", "scores", scores, target);

  const Tensor of_target = at_classes(scores, class_dim, target).unsqueeze(class_dim);
  Tensor hinges = relu(options.margin - of_target + scores);
  if (options.p == 2) hinges = square(hinges);
  hinges = masked_fill(hinges, class_mask(scores, class_dim, target), 0);
  Tensor losses = sum(hinges, class_dim) / scores.size(class_dim);
  if (options.weight.defined()) {
    losses = losses * index_select(options.weight, 0, target.flatten()).reshape(target.sizes());
  }
  return reduce(losses, options.reduction);
} catch (const Error& error) {
  fail_as("multi_margin_loss", error);
}

Tensor multilabel_margin_loss(const Tensor& scores, const Tensor& target,
                              const MultiLabelMarginLossOptions& options) try {
  check_scores("multilabel_margin_loss", scores);
  check_shape("multilabel_margin_loss", scores, "target", target);
  const std::int64_t class_count = scores.size(-1);
  if (target.dtype() != int64) fail("multilabel_margin_loss: wants targets of int64, not ", target.dtype());
  check(target, target >= -1 && target < class_count,
        {"multilabel_margin_loss", "target", "is no class; wanted 0 to %, or -1 after the last", class_count - 1});

  // Which of `target` come before the first -1, and which classes they name.
  const Tensor counts = cumsum(target < 0, -1) == 0;
  const Tensor labels = where(counts, target, 0);
  const Tensor is_label = scatter_add(zeros_like(target), -1, labels, counts.to(int64)) > 0;

  // [..., label, C], with as many labels as the sample has that has most.
  const std::int64_t most = target.numel() == 0 ? 0 : max(sum(counts, -1)).item<std::int64_t>();
  const Tensor of_labels = gather(scores, -1, narrow(labels, -1, 0, most)).unsqueeze(-1);
  const Tensor hinges = relu(1 - of_labels + scores.unsqueeze(-2));
  const Tensor matters = narrow(counts, -1, 0, most).unsqueeze(-1) && !is_label.unsqueeze(-2);
  return reduce(sum(where(matters, hinges, 0), {-1, -2}) / class_count, options.reduction);
} catch (const Error& error) {
  fail_as("multilabel_margin_loss", error);
}

}  // namespace descent
