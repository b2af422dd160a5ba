#include "descent/loss/similarity.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "loss/unit_vectors.h"

namespace descent {

Tensor cosine_distance_loss(const Tensor& prediction, const Tensor& target,
                            const CosineDistanceLossOptions& options) try {
  check_shape("cosine_distance_loss", prediction, "target", target);
  const std::int64_t dim = options.dim;
  if (dim < -prediction.dim() || dim >= prediction.dim()) {
    fail("cosine_distance_loss: dim = ", dim, " is no dimension of shape ", prediction.sizes());
  }
  return reduce(1 - sum(unit_vectors(prediction, dim) * unit_vectors(target, dim), dim), options.reduction);
} catch (const Error& error) {
  fail_as("cosine_distance_loss", error);
}

}  // namespace descent
