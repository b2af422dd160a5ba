#include <Eigen/QR>

#include "core/apply.h"
#include "linear_algebra/decompositions.h"
#include "linear_algebra/matrix.h"

namespace descent {

Qr qr(const Tensor& a) {
  // [rows + k, max(k, columns)]: q, and below it r; what is left over is 0.
  static constexpr Op op = {
      .name = "qr", .compute = [](Inputs inputs, const Attributes&, Output& out) {
        const Matrix matrix = to_matrix("qr", *inputs[0]->impl());
        const Eigen::Index k = std::min(matrix.rows(), matrix.cols());
        const Eigen::HouseholderQR<Matrix> solver(matrix);
        Elements result = matrix_in(out, matrix.rows() + k, std::max(k, matrix.cols()));
        result.setZero();
        result.topLeftCorner(matrix.rows(), k) = solver.householderQ() * Matrix::Identity(matrix.rows(), k);
        result.bottomLeftCorner(k, matrix.cols()) = Matrix(solver.matrixQR().topRows(k).triangularView<Eigen::Upper>());
      }};
  check_matrix("qr", a);
  const std::int64_t rows = a.size(0), columns = a.size(1), k = std::min(rows, columns);
  const Tensor both = apply<op>({&a});
  return {both.slice(0, 0, rows).slice(1, 0, k).contiguous(),
          both.slice(0, rows, rows + k).slice(1, 0, columns).contiguous()};
}

}  // namespace descent
