#include "loss/unit_vectors.h"

#include <limits>

#include "descent/ops.h"

namespace descent {

// The direction does not depend on the length: the largest element can be divided out as a constant, so that squares
// neither overflow nor vanish.
Tensor unit_vectors(const Tensor& x, std::int64_t dim) {
  if (x.numel() == 0) return x;
  const Tensor largest = amax(abs(x.detach()), dim, /*keepdim=*/true);
  const Tensor is_zero = largest == 0;
  const Tensor scaled = x / masked_fill(largest, is_zero, 1);
  const Tensor length = norm(scaled, 2, dim, /*keepdim=*/true);
  return scaled / masked_fill(length, is_zero, std::numeric_limits<double>::infinity());
}

void check_matrix(const char* loss, const char* role, const Tensor& tensor) {
  if (tensor.dim() != 2) fail(loss, ": wants ", role, " of shape [N, D], not ", tensor.sizes());
}

}  // namespace descent
