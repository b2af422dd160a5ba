#include <Eigen/QR>

#include "core/apply.h"
#include "descent/create.h"
#include "descent/linalg.h"
#include "linear_algebra/matrix.h"

namespace descent::linalg {
namespace {

// Of [..., m + k, k], where q has k columns: q, and below it r, 0 where there is nothing.
Qr parts_of(const Tensor& both, std::int64_t n) {
  const std::int64_t k = both.size(-1), m = both.size(-2) - k;
  return {narrow(both, -2, 0, m), narrow(narrow(both, -2, m, k), -1, 0, n)};
}

Tensor qr_gradient(const Tensor& g, const Call& c) {
  const std::int64_t n = c.attributes().index;
  if (c.output_shape().back() != n) fail("qr: mode complete has no gradient where there are more rows than columns");
  const Qr f = parts_of(c.output(), n), slope = parts_of(g, n);
  const Tensor m = triu(matmul(slope.r, transposed(f.r)) - matmul(transposed(f.q), slope.q));
  const Tensor sum = slope.q + matmul(f.q, m + tril(transposed(m), -1));
  return solve_triangular(transposed(f.r), sum, /*upper=*/false, /*left=*/false);
}

// Of a with no more columns than rows; `complete` has a square q.
Qr tall_qr(const Tensor& a, bool complete) {
  // index: a's columns; flag: complete.
  static constexpr Op op = {
      .name = "qr",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const TensorImpl& a = *inputs[0]->impl();
            const std::int64_t n = attributes.index, m = a.sizes[a.sizes.size() - 2], k = attributes.flag ? m : n;
            each_matrix({inputs[0]}, m + k, k, a.dtype, out, [m, n, k](std::int64_t, const Matrices& in) {
              Matrix result = Matrix::Zero(m + k, k);
              result.topRows(m).setIdentity();
              if (n == 0) return result;
              const Eigen::HouseholderQR<Matrix> solver(in[0]);
              result.topRows(m) = solver.householderQ() * Matrix::Identity(m, k);
              result.block(m, 0, n, n) = Matrix(solver.matrixQR().topRows(n).triangularView<Eigen::Upper>());
              return result;
            });
          },
      .gradients = {{qr_gradient, kOutput}}};
  Attributes attributes;
  attributes.index = a.size(-1);
  attributes.flag = complete;
  return parts_of(apply<op>({&a}, attributes), a.size(-1));
}

}  // namespace

Qr qr(const Tensor& a, QrMode mode) {
  check_matrices("qr", a);
  const std::int64_t m = a.size(-2), n = a.size(-1);
  Qr result = tall_qr(narrow(a, -1, 0, std::min(m, n)), mode == QrMode::complete && m > n);
  if (n > m) result.r = cat({result.r, matmul(transposed(result.q), narrow(a, -1, m, n - m))}, -1);
  if (mode == QrMode::r) result.q = zeros({0}, {.dtype = a.dtype()});
  return result;
}

}  // namespace descent::linalg
