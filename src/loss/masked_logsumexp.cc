#include "loss/masked_logsumexp.h"

#include <limits>

#include "descent/ops.h"

namespace descent {

Tensor masked_logsumexp(const Tensor& x, const Tensor& mask, std::int64_t dim) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Tensor none = !any(mask, dim, /*keepdim=*/true);
  const Tensor picked = where(mask, x, where(none, 0, -infinity));
  return masked_fill(logsumexp(picked, dim, /*keepdim=*/true), none, -infinity);
}

}  // namespace descent
