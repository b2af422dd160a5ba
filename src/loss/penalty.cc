#include "descent/loss/penalty.h"

#include "descent/create.h"
#include "descent/ops.h"

namespace descent::detail {
namespace {

template <class Penalty>
Tensor sum_over(const std::vector<Tensor>& tensors, const Penalty& penalty) {
  Tensor total = 0.0;
  for (const Tensor& tensor : tensors) total = total + sum(penalty(tensor));
  return total;
}

}  // namespace

Tensor l1_penalty(const std::vector<Tensor>& tensors) {
  return sum_over(tensors, [](const Tensor& tensor) { return abs(tensor); });
}

Tensor l2_penalty(const std::vector<Tensor>& tensors) {
  return sum_over(tensors, [](const Tensor& tensor) { return square(tensor); });
}

Tensor elastic_net_penalty(const std::vector<Tensor>& tensors, const ElasticNetPenaltyOptions& options) {
  const double l1_ratio = options.l1_ratio;
  if (!(l1_ratio >= 0 && l1_ratio <= 1)) {
    fail("elastic_net_penalty: l1_ratio = ", l1_ratio, " must be at least 0 and at most 1");
  }
  return l1_ratio * l1_penalty(tensors) + (1 - l1_ratio) / 2 * l2_penalty(tensors);
}

}  // namespace descent::detail
