#include "linear_algebra/decompositions.h"

#include <Eigen/Dense>
#include <algorithm>

#include "descent/create.h"

namespace descent {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix to_matrix(const char* what, const Tensor& a) {
  if (a.dim() != 2) fail(what, ": a has shape ", a.sizes(), "; wanted [rows, columns]");
  Matrix matrix(a.size(0), a.size(1));
  a.copy_to(std::span(matrix.data(), static_cast<std::size_t>(matrix.size())));
  if (!matrix.allFinite()) fail(what, ": a has elements that are not finite");
  return matrix;
}

Tensor to_tensor(const Matrix& matrix) {
  return tensor(std::span(matrix.data(), static_cast<std::size_t>(matrix.size())), {matrix.rows(), matrix.cols()});
}

Tensor to_tensor(const Eigen::VectorXd& vector) {
  return tensor(std::span(vector.data(), static_cast<std::size_t>(vector.size())), {vector.size()});
}

}  // namespace

Svd svd(const Tensor& a) {
  const Eigen::BDCSVD<Eigen::MatrixXd> result(to_matrix("svd", a), Eigen::ComputeThinU | Eigen::ComputeThinV);
  return {to_tensor(Matrix(result.matrixU())), to_tensor(result.singularValues()), to_tensor(Matrix(result.matrixV()))};
}

Eigh eigh(const Tensor& a) {
  const Matrix matrix = to_matrix("eigh", a);
  if (matrix.rows() != matrix.cols()) fail("eigh: a has shape ", a.sizes(), "; wanted a square matrix");
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> result(matrix);
  return {to_tensor(result.eigenvalues()), to_tensor(Matrix(result.eigenvectors()))};
}

Qr qr(const Tensor& a) {
  const Matrix matrix = to_matrix("qr", a);
  const Eigen::Index k = std::min(matrix.rows(), matrix.cols());
  const Eigen::HouseholderQR<Matrix> result(matrix);
  return {to_tensor(Matrix(result.householderQ() * Matrix::Identity(matrix.rows(), k))),
          to_tensor(Matrix(result.matrixQR().topRows(k).triangularView<Eigen::Upper>()))};
}

}  // namespace descent
