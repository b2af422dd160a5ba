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

}  // namespace descent
