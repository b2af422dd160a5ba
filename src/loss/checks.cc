#include "loss/checks.h"

#include <cmath>

#include "descent/ops.h"
#include "ops/check.h"

namespace descent {
namespace {

void check_integers(const char* loss, const Tensor& classes) {
  if (classes.dtype() != int64) fail(loss, ": wants classes of int64 as target, not ", classes.dtype());
}

Tensor is_class(const Tensor& classes, std::int64_t class_count) { return classes >= 0 && classes < class_count; }

}  // namespace

void check_shape(const char* loss, const Tensor& prediction, const char* role, const Tensor& tensor) {
  check_same_shape(loss, "prediction", prediction, role, tensor);
}

void check_same_shape(const char* loss, const char* role, const Tensor& tensor, const char* other_role,
                      const Tensor& other) {
  if (tensor.sizes() == other.sizes()) return;
  fail(loss, ": the ", role, " has shape ", tensor.sizes(), ", but the ", other_role, " has ", other.sizes(),
       "; they must be the same");
}

void check_broadcasts(const char* loss, const Tensor& prediction, const char* role, const Tensor& tensor) {
  const Dims from = tensor.sizes(), to = prediction.sizes();
  const int missing = to.size() - from.size();
  bool fits = missing >= 0;
  for (int d = 0; fits && d < from.size(); ++d) fits = from[d] == 1 || from[d] == to[d + missing];
  if (!fits) {
    fail(loss, ": the prediction has shape ", to, ", but the ", role, " has ", from,
         ", which does not broadcast to it");
  }
}

void check_finite(const char* loss, const char* option, double value) {
  if (!std::isfinite(value)) fail(loss, ": ", option, " = ", value, " must be finite");
}

void check_above(const char* loss, const char* option, double value, double bound) {
  if (!(value > bound)) fail(loss, ": ", option, " = ", value, " must be above ", bound);
  check_finite(loss, option, value);
}

void check_at_least(const char* loss, const char* option, double value, double bound) {
  if (!(value >= bound)) fail(loss, ": ", option, " = ", value, " must be at least ", bound);
  check_finite(loss, option, value);
}

void check_classes(const char* loss, const Tensor& classes, std::int64_t class_count, std::int64_t ignore_index) {
  check_integers(loss, classes);
  check(classes, is_class(classes, class_count) || classes == ignore_index,
        {loss, "target", "is no class; wanted 0 to %, or ignore_index %", {class_count - 1, ignore_index}});
}

void check_classes(const char* loss, const Tensor& classes, std::int64_t class_count) {
  check_integers(loss, classes);
  check(classes, is_class(classes, class_count), {loss, "target", "is no class; wanted 0 to %", class_count - 1});
}

void check_probabilities(const char* loss, const char* role, const Tensor& tensor) {
  const Tensor x = tensor.detach();
  check(x, x >= 0 && x <= 1, {loss, role, "is no probability; wanted 0 to 1"});
}

void check_signs(const char* loss, const Tensor& target) {
  const Tensor y = target.detach();
  check(y, y == 1 || y == -1, {loss, "target", "is neither 1 nor -1"});
}

}  // namespace descent
