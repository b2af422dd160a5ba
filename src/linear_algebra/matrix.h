// Tensors to and from Eigen.
#pragma once

#include <Eigen/Core>
#include <span>

#include "descent/create.h"

namespace descent {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The elements of `a`, which must be a finite matrix; `what` begins the message where it is not.
inline Matrix to_matrix(const char* what, const Tensor& a) {
  if (a.dim() != 2) fail(what, ": a has shape ", a.sizes(), "; wanted [rows, columns]");
  Matrix matrix(a.size(0), a.size(1));
  a.copy_to(std::span(matrix.data(), static_cast<std::size_t>(matrix.size())));
  if (!matrix.allFinite()) fail(what, ": a has elements that are not finite");
  return matrix;
}

inline Tensor to_tensor(const Matrix& matrix) {
  return tensor(std::span(matrix.data(), static_cast<std::size_t>(matrix.size())), {matrix.rows(), matrix.cols()});
}

inline Tensor to_tensor(const Eigen::VectorXd& vector) {
  return tensor(std::span(vector.data(), static_cast<std::size_t>(vector.size())), {vector.size()});
}

}  // namespace descent
