// How kernels see one dimension of row-major data.
#pragma once

#include "descent/dims.h"

namespace descent {

/// The middle of three dimensions.
struct Along {
  std::int64_t outer = 1, n = 1, inner = 1;
};

/// Dimension `dim` of this shape; rank 0 counts as one element.
inline Along along(const Dims& sizes, int dim) {
  Along result;
  for (int d = 0; d < sizes.size(); ++d) {
    (d < dim ? result.outer : d == dim ? result.n : result.inner) *= sizes[d];
  }
  return result;
}

}  // namespace descent
