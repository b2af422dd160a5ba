#include <Eigen/QR>

#include "core/apply.h"
#include "linear_algebra/decompositions.h"
#include "linear_algebra/matrix.h"

namespace descent {

Qr qr(const Tensor& a) {
  // [rows + k, max(k, columns)]: q, and below it r; what is left over is 0.
  static constexpr Op op = {.name = "qr", .compute = [](Inputs inputs, const Attributes&) {
                              const Matrix matrix = to_matrix("qr", *inputs[0]->impl());
                              const Eigen::Index k = std::min(matrix.rows(), matrix.cols());
                              const Eigen::HouseholderQR<Matrix> solver(matrix);
                              Result result(matrix.rows() + k, std::max(k, matrix.cols()));
                              result.elements.setZero();
                              result.elements.topLeftCorner(matrix.rows(), k) =
                                  solver.householderQ() * Matrix::Identity(matrix.rows(), k);
                              result.elements.bottomLeftCorner(k, matrix.cols()) =
                                  Matrix(solver.matrixQR().topRows(k).triangularView<Eigen::Upper>());
                              return result.tensor;
                            }};
  check_matrix("qr", a);
  const std::int64_t rows = a.size(0), columns = a.size(1), k = std::min(rows, columns);
  const Tensor both = apply<op>({&a});
  return {both.slice(0, 0, rows).slice(1, 0, k).contiguous(),
          both.slice(0, rows, rows + k).slice(1, 0, columns).contiguous()};
}

}  // namespace descent
