#include <Eigen/QR>
#include <algorithm>

#include "linear_algebra/decompositions.h"
#include "linear_algebra/matrix.h"

namespace descent {

Qr qr(const Tensor& a) {
  const Matrix matrix = to_matrix("qr", a);
  const Eigen::Index k = std::min(matrix.rows(), matrix.cols());
  const Eigen::HouseholderQR<Matrix> result(matrix);
  return {to_tensor(Matrix(result.householderQ() * Matrix::Identity(matrix.rows(), k))),
          to_tensor(Matrix(result.matrixQR().topRows(k).triangularView<Eigen::Upper>()))};
}

}  // namespace descent
