#include <Eigen/SVD>

#include "core/apply.h"
#include "linear_algebra/decompositions.h"
#include "linear_algebra/matrix.h"

namespace descent {

Svd svd(const Tensor& a) {
  // [rows + 1 + columns, k]: u, below it s, and below that v.
  static constexpr Op op = {
      .name = "svd", .compute = [](Inputs inputs, const Attributes&, Output& out) {
        const Matrix matrix = to_matrix("svd", *inputs[0]->impl());
        const Eigen::BDCSVD<Eigen::MatrixXd> solver(matrix, Eigen::ComputeThinU | Eigen::ComputeThinV);
        Elements result = matrix_in(out, matrix.rows() + 1 + matrix.cols(), std::min(matrix.rows(), matrix.cols()));
        result.topRows(matrix.rows()) = solver.matrixU();
        result.row(matrix.rows()) = solver.singularValues().transpose();
        result.bottomRows(matrix.cols()) = solver.matrixV();
      }};
  check_matrix("svd", a);
  const std::int64_t rows = a.size(0), columns = a.size(1);
  const Tensor all = apply<op>({&a});
  return {all.slice(0, 0, rows), all.select(0, rows), all.slice(0, rows + 1, rows + 1 + columns)};
}

}  // namespace descent
