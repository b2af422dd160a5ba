#include "descent/loss/hinge.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/classes.h"
#include "loss/reduce.h"
#include "loss/soft_classes.h"
#include "ops/check.h"

namespace descent {
namespace {

// By how much each score, with the sign of its target, falls short of the margin.
Tensor shortfall(const char* loss, const Tensor& score, const Tensor& target, double margin) {
  check_shape(loss, score, "target", target);
  check(target, target == 1 || target == 0 || target == -1, {loss, "target", "must be 1, or -1 or 0"});
  return relu(margin - where(target > 0, score, -score));
}

// By how much the largest score, of those of other classes with a margin, exceeds that of the target.
Tensor excess(const char* loss, const Tensor& scores, const Tensor& target, double margin) {
  const int class_dim = check_class_target(loss, "scores", scores, target);
  const Tensor with_margin = where(class_mask(scores, class_dim, target), scores, scores + margin);
  return amax(with_margin, class_dim) - at_classes(scores, class_dim, target);
}

}  // namespace

Tensor hinge_loss(const Tensor& score, const Tensor& target, const HingeLossOptions& options) try {
  check_above("hinge_loss", "margin", options.margin, 0);
  return reduce(shortfall("hinge_loss", score, target, options.margin), options.reduction);
} catch (const Error& error) {
  fail_as("hinge_loss", error);
}

Tensor squared_hinge_loss(const Tensor& score, const Tensor& target, const HingeLossOptions& options) try {
  check_above("squared_hinge_loss", "margin", options.margin, 0);
  return reduce(square(shortfall("squared_hinge_loss", score, target, options.margin)), options.reduction);
} catch (const Error& error) {
  fail_as("squared_hinge_loss", error);
}

Tensor perceptron_loss(const Tensor& score, const Tensor& target, const PerceptronLossOptions& options) try {
  return reduce(shortfall("perceptron_loss", score, target, 0), options.reduction);
} catch (const Error& error) {
  fail_as("perceptron_loss", error);
}

Tensor multiclass_hinge_loss(const Tensor& scores, const Tensor& target,
                             const MulticlassHingeLossOptions& options) try {
  check_above("multiclass_hinge_loss", "margin", options.margin, 0);
  return reduce(excess("multiclass_hinge_loss", scores, target, options.margin), options.reduction);
} catch (const Error& error) {
  fail_as("multiclass_hinge_loss", error);
}

Tensor multiclass_perceptron_loss(const Tensor& scores, const Tensor& target,
                                  const PerceptronLossOptions& options) try {
  return reduce(excess("multiclass_perceptron_loss", scores, target, 0), options.reduction);
} catch (const Error& error) {
  fail_as("multiclass_perceptron_loss", error);
}

Tensor categorical_hinge_loss(const Tensor& scores, const Tensor& target,
                              const CategoricalHingeLossOptions& options) try {
  const int class_dim = check_soft_class_target("categorical_hinge_loss", "scores", scores, target);
  const Tensor others =
      target.dtype() == int64 ? where(class_mask(scores, class_dim, target), 0, scores) : (1 - target) * scores;
  const Tensor losses = relu(1 + amax(others, class_dim) - at_target(scores, class_dim, target));
  return reduce(losses, options.reduction);
} catch (const Error& error) {
  fail_as("categorical_hinge_loss", error);
}

}  // namespace descent
