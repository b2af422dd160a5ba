// How kernels see one dimension of row-major data.
#pragma once

#include "core/cast.h"
#include "core/op.h"

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

/// The same elements in row-major order, without history unless it is x itself.
inline Tensor row_major(const Tensor& x) { return x.impl()->is_contiguous ? x : clone_elements(x); }

template <class Element>
Element* elements_of(const Tensor& x) {
  return reinterpret_cast<Element*>(x.impl()->data);
}

}  // namespace descent
