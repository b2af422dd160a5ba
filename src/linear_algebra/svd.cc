#include <Eigen/SVD>

#include "linear_algebra/decompositions.h"
#include "linear_algebra/matrix.h"

namespace descent {

Svd svd(const Tensor& a) {
  const Eigen::BDCSVD<Eigen::MatrixXd> result(to_matrix("svd", a), Eigen::ComputeThinU | Eigen::ComputeThinV);
  return {to_tensor(Matrix(result.matrixU())), to_tensor(result.singularValues()), to_tensor(Matrix(result.matrixV()))};
}

}  // namespace descent
