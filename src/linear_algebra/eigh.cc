#include <Eigen/Eigenvalues>

#include "linear_algebra/decompositions.h"
#include "linear_algebra/matrix.h"

namespace descent {

Eigh eigh(const Tensor& a) {
  const Matrix matrix = to_matrix("eigh", a);
  if (matrix.rows() != matrix.cols()) fail("eigh: a has shape ", a.sizes(), "; wanted a square matrix");
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> result(matrix);
  return {to_tensor(result.eigenvalues()), to_tensor(Matrix(result.eigenvectors()))};
}

}  // namespace descent
