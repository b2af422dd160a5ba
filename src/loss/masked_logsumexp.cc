#include "loss/masked_logsumexp.h"

#include <limits>

#include "descent/ops.h"

namespace descent {

// A logsumexp of nothing has a gradient of NaN: `where` keeps it from x, masked_fill from what comes after.
Tensor masked_logsumexp(const Tensor& x, const Tensor& mask, std::int64_t dim) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Tensor none = !any(mask, dim, /*keepdim=*/true);
  return masked_fill(logsumexp(where(mask, x, -infinity), dim, /*keepdim=*/true), none, -infinity);
}

}  // namespace descent
