#include "loss/soft_classes.h"

#include "descent/create.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/classes.h"

namespace descent {

int check_class_target(const char* loss, const char* role, const Tensor& prediction, const Tensor& target) {
  const int class_dim = check_class_shape(loss, role, prediction, target);
  check_classes(loss, target, prediction.size(class_dim));
  return class_dim;
}

int check_soft_class_target(const char* loss, const char* role, const Tensor& prediction, const Tensor& target) {
  if (target.dtype() == int64) return check_class_target(loss, role, prediction, target);
  const int class_dim = class_dim_of(loss, role, prediction);
  if (!(target.sizes() == prediction.sizes()) || target.dtype() == boolean) {
    Dims without_classes = prediction.sizes();
    without_classes.erase(class_dim);
    fail(loss, ": ", role, " of shape ", prediction.sizes(), " want a target of shape ", without_classes,
         " (int64, classes) or ", prediction.sizes(), " (floating point, probabilities), not ", target.sizes(), " of ",
         target.dtype());
  }
  check_probabilities(loss, "target", target);
  return class_dim;
}

Tensor along_classes(const Tensor& of_classes, const Tensor& prediction, int class_dim) {
  Dims shape = Dims::filled(prediction.dim(), 1);
  shape[class_dim] = of_classes.numel();
  return of_classes.reshape(shape);
}

Tensor class_mask(const Tensor& prediction, int class_dim, const Tensor& classes) {
  const Tensor all = arange(prediction.size(class_dim));
  return along_classes(all, prediction, class_dim) == classes.unsqueeze(class_dim);
}

Tensor at_target(const Tensor& values, int class_dim, const Tensor& target) {
  return target.dtype() == int64 ? at_classes(values, class_dim, target) : sum(values * target, class_dim);
}

}  // namespace descent
