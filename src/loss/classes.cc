#include "loss/classes.h"

#include "descent/ops.h"
#include "loss/checks.h"

namespace descent {

int class_dim_of(const char* loss, const char* role, const Tensor& prediction) {
  if (prediction.dim() == 0) fail(loss, ": wants ", role, " of shape [C], [N, C] or [N, C, ...], not []");
  return prediction.dim() == 1 ? 0 : 1;
}

void check_class_weight(const char* loss, const char* role, const Tensor& prediction, const Tensor& weight) {
  const std::int64_t class_count = prediction.size(class_dim_of(loss, role, prediction));
  if (!weight.defined() || weight.sizes() == Dims(class_count)) return;
  fail(loss, ": ", role, " of shape ", prediction.sizes(), " want a weight of shape [", class_count, "], not ",
       weight.sizes());
}

int check_class_shape(const char* loss, const char* role, const Tensor& prediction, const Tensor& target) {
  const int class_dim = class_dim_of(loss, role, prediction);
  Dims wanted = prediction.sizes();
  wanted.erase(class_dim);
  if (target.sizes() == wanted) return class_dim;
  fail(loss, ": ", role, " of shape ", prediction.sizes(), " want a target of shape ", wanted, ", not ",
       target.sizes());
}

Tensor at_classes(const Tensor& x, int class_dim, const Tensor& classes) {
  return gather(x, class_dim, classes.unsqueeze(class_dim)).squeeze(class_dim);
}

ClassTargets::ClassTargets(const char* loss, const Tensor& target, std::int64_t class_count, const Tensor& weight,
                           std::int64_t ignore_index) {
  check_classes(loss, target, class_count, ignore_index);
  ignored = target == ignore_index;
  classes = where(ignored, 0, target);
  counts = weight.defined() ? where(ignored, 0, index_select(weight, 0, classes.flatten()).reshape(target.sizes()))
                            : !ignored;
}

}  // namespace descent
