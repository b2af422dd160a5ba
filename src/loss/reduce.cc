#include "loss/reduce.h"

#include "descent/ops.h"

namespace descent {

Tensor reduce(const Tensor& losses, Reduction reduction) {
  switch (reduction) {
    case Reduction::mean:
      return mean(losses);
    case Reduction::sum:
      return sum(losses);
    default:
      return losses;
  }
}

Tensor reduce(const Tensor& losses, const Tensor& weights, Reduction reduction) {
  return reduction == Reduction::mean ? sum(losses) / sum(weights) : reduce(losses, reduction);
}

void check_shape(const char* loss, const Tensor& prediction, const char* role, const Tensor& tensor) {
  if (tensor.sizes() == prediction.sizes()) return;
  fail(loss, ": the prediction has shape ", prediction.sizes(), ", but the ", role, " has ", tensor.sizes(),
       "; they must be the same");
}

}  // namespace descent
