// Tensors to and from Eigen, for ops while they compute.
#pragma once

#include <Eigen/Core>
#include <algorithm>

#include "core/elements.h"

namespace descent {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Elements = Eigen::Map<Matrix>;

/// An Error unless `a` is a matrix; `what` begins the message.
inline void check_matrix(const char* what, const Tensor& a) {
  if (impl_of(a, what).sizes.size() != 2) fail(what, ": a has shape ", a.sizes(), "; wanted [rows, columns]");
}

inline namespace compute {

/// The elements of the matrix `a`, all of which must be finite.
inline Matrix to_matrix(const char* what, const TensorImpl& a) {
  const Tensor wide = convert_elements(a, float64);
  const Matrix matrix = Elements(elements_of<double>(wide), a.sizes[0], a.sizes[1]);
  if (!matrix.allFinite()) fail(what, ": a has elements that are not finite");
  return matrix;
}

/// An op's result, a float64 matrix.
inline Elements matrix_in(Output& out, std::int64_t rows, std::int64_t columns) {
  return {elements_of<double>(out.make({rows, columns}, float64)), rows, columns};
}

}  // namespace compute

}  // namespace descent
