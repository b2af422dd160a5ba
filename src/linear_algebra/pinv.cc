// Pseudoinverses and least squares.
#include <Eigen/QR>
#include <Eigen/SVD>
#include <bit>

#include "core/apply.h"
#include "descent/create.h"
#include "descent/linalg.h"
#include "linear_algebra/matrix.h"

namespace descent::linalg {
namespace {

// The gradient of a, where g is that of p = pinv(a) (Golub and Pereyra, 1973).
Tensor through_pinv(const Tensor& g, const Tensor& a, const Tensor& p) {
  const Tensor pt = transposed(p), gt = transposed(g);
  const Tensor rows = matmul(matmul(gt, p), pt), columns = matmul(pt, matmul(p, gt));
  return rows - matmul(a, matmul(p, rows)) + columns - matmul(matmul(columns, p), a) - matmul(matmul(pt, g), pt);
}

std::int64_t packed(double value) { return std::bit_cast<std::int64_t>(value); }
double unpacked(std::int64_t bits) { return std::bit_cast<double>(bits); }

void compute_pinv(Inputs inputs, const Attributes& attributes, Output& out) {
  const TensorImpl& a = *inputs[0]->impl();
  const std::int64_t m = a.sizes[a.sizes.size() - 2], n = a.sizes.back();
  const double atol = unpacked(attributes.dims[0]), rtol = unpacked(attributes.dims[1]);
  each_matrix({inputs[0]}, n, m, a.dtype, out, [&a, atol, rtol](std::int64_t i, const Matrices& in) {
    check_finite("pinv", a, i, in[0]);
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(in[0], Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Eigen::ArrayXd s = svd.singularValues();
    const Eigen::ArrayXd inverse = (s > std::max(atol, rtol * s[0])).select(s.inverse(), 0);
    return Matrix(svd.matrixV() * inverse.matrix().asDiagonal() * svd.matrixU().transpose());
  });
}

// [..., n, k + 1]: the solution, and right of it the rank in each row.
void compute_lstsq(Inputs inputs, const Attributes& attributes, Output& out) {
  const TensorImpl& a = *inputs[0]->impl();
  const std::int64_t n = a.sizes.back(), k = inputs[1]->impl()->sizes.back();
  const double rcond = unpacked(attributes.index);
  each_matrix({inputs[0], inputs[1]}, n, k + 1, a.dtype, out, [&a, n, k, rcond](std::int64_t i, const Matrices& in) {
    Matrix result = Matrix::Zero(n, k + 1);
    if (in[0].size() == 0) return result;
    check_finite("lstsq", a, i, in[0]);
    Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> solver;
    solver.setThreshold(rcond);
    solver.compute(in[0]);
    result.leftCols(k) = solver.solve(in[1]);
    result.col(k).setConstant(static_cast<double>(solver.rank()));
    return result;
  });
}
Tensor solution_in(const Tensor& both) { return narrow(both, -1, 0, both.size(-1) - 1); }

Tensor inverse_of_a(const Call& c) { return pseudoinverse(c.input(0), 0, unpacked(c.attributes().index)); }
Tensor gradient_of_a(const Tensor& g, const Call& c) {
  return through_pinv(matmul(solution_in(g), transposed(c.input(1))), c.input(0), inverse_of_a(c));
}
Tensor gradient_of_b(const Tensor& g, const Call& c) { return matmul(transposed(inverse_of_a(c)), solution_in(g)); }

}  // namespace

Tensor pseudoinverse(const Tensor& a, double atol, double rtol) {
  // dims: atol and rtol, as bits.
  static constexpr Op op = {
      .name = "pinv",
      .compute = compute_pinv,
      .gradients = {
          {[](const Tensor& g, const Call& c) { return through_pinv(g, c.input(0), c.output()); }, kInput0 | kOutput}}};
  Attributes attributes;
  attributes.dims = {packed(atol), packed(rtol)};
  return apply<op>({&a}, attributes);
}

Tensor pinv(const Tensor& a, std::optional<double> atol, std::optional<double> rtol) {
  check_matrices("pinv", a);
  return pseudoinverse(a, atol.value_or(0), rtol.value_or(atol.value_or(0) > 0 ? 0 : relative_tolerance(a)));
}

Lstsq lstsq(const Tensor& a, const Tensor& b, std::optional<double> rcond) {
  // index: rcond, as bits.
  static constexpr Op op = {.name = "lstsq",
                            .compute = compute_lstsq,
                            .gradients = {{gradient_of_a, kInput0 | kInput1}, {gradient_of_b, kInput0}}};
  check_matrices("lstsq", a);
  check_dtypes("lstsq", a, b);
  check_matrices("lstsq", b);
  const std::int64_t m = a.size(-2), n = a.size(-1);
  if (b.size(-2) != m) fail("lstsq: a has shape ", a.sizes(), " and b ", b.sizes(), ", which do not fit");
  Tensor left = a, right = b;
  broadcast_batches("lstsq", left, right);
  Attributes attributes;
  attributes.index = packed(rcond.value_or(relative_tolerance(a)));
  const Tensor both = apply<op>({&left, &right}, attributes);
  Lstsq result;
  result.solution = solution_in(both);
  result.rank = n == 0 ? zeros(batch_of(left), {.dtype = int64}) : select(select(both, -1, -1), -1, 0).to(int64);
  result.residuals = m > n ? sum(square(matmul(left, result.solution) - right), -2) : zeros({0}, {.dtype = a.dtype()});
  return result;
}

}  // namespace descent::linalg
