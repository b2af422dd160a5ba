#include <Eigen/SVD>

#include "core/apply.h"
#include "descent/create.h"
#include "descent/linalg.h"
#include "linear_algebra/matrix.h"

namespace descent::linalg {
namespace {

// Of [..., m + 1 + n, width]: u, below it s, and below that v; 0 where there is nothing.
struct Parts {
  Tensor u, s, v;
};
Parts parts_of(const Tensor& all, std::int64_t m, std::int64_t n, bool full) {
  const std::int64_t k = std::min(m, n);
  return {narrow(narrow(all, -2, 0, m), -1, 0, full ? m : k), narrow(select(all, -2, m), -1, 0, k),
          narrow(narrow(all, -2, m + 1, n), -1, 0, full ? n : k)};
}

Tensor skew(const Tensor& a) { return a - transposed(a); }

Tensor svd_gradient(const Tensor& g, const Call& c) {
  const std::int64_t m = c.attributes().dims[0], n = c.attributes().dims[1];
  const Parts f = parts_of(c.output(), m, n, false), slope = parts_of(g, m, n, false);
  const Tensor across = unsqueeze(f.s, -2), down = unsqueeze(f.s, -1);
  const Tensor gaps = (across - down) * (across + down);
  const Tensor turn_u = matmul(transposed(f.u), slope.u), turn_v = matmul(transposed(f.v), slope.v);
  const Tensor inner = quotient(skew(turn_u), gaps) * across + down * quotient(skew(turn_v), gaps) +
                       identity_like(gaps) * unsqueeze(slope.s, -1);
  Tensor left = matmul(f.u, inner);
  if (m > n) left = left + quotient(slope.u - matmul(f.u, turn_u), across);
  Tensor result = matmul(left, transposed(f.v));
  if (n > m) result = result + matmul(f.u, transposed(quotient(slope.v - matmul(f.v, turn_v), across)));
  return result;
}

// What BDCSVD gives, packed.
Tensor packed_svd(const Tensor& a, bool full) {
  // dims: rows and columns of a; flag: full.
  static constexpr Op op = {.name = "svd",
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  const TensorImpl& a = *inputs[0]->impl();
                                  const std::int64_t m = attributes.dims[0], n = attributes.dims[1];
                                  const std::int64_t width = attributes.flag ? std::max(m, n) : std::min(m, n);
                                  const unsigned parts = attributes.flag ? Eigen::ComputeFullU | Eigen::ComputeFullV
                                                                         : Eigen::ComputeThinU | Eigen::ComputeThinV;
                                  const auto decompose = [&a, m, n, width, parts](std::int64_t i, const Matrices& in) {
                                    check_finite("svd", a, i, in[0]);
                                    const Eigen::BDCSVD<Eigen::MatrixXd> solver(in[0], parts);
                                    Matrix result = Matrix::Zero(m + 1 + n, width);
                                    result.topLeftCorner(m, solver.matrixU().cols()) = solver.matrixU();
                                    result.row(m).head(std::min(m, n)) = solver.singularValues().transpose();
                                    result.bottomLeftCorner(n, solver.matrixV().cols()) = solver.matrixV();
                                    return result;
                                  };
                                  each_matrix({inputs[0]}, m + 1 + n, width, a.dtype, out, decompose);
                                },
                            .gradients = {{svd_gradient, kOutput}}};
  Attributes attributes;
  attributes.dims = {a.size(-2), a.size(-1)};
  attributes.flag = full;
  return apply<op>({&a}, attributes);
}

}  // namespace

Svd svd(const Tensor& a, bool full_matrices) {
  check_matrices("svd", a);
  const std::int64_t m = a.size(-2), n = a.size(-1);
  if (full_matrices && m * n == 0) {
    const Tensor zero = sum(a, {-2, -1}, /*keepdim=*/true);  // with history
    const TensorOptions like{.dtype = a.dtype()};
    return {zero + eye(m, like), sum(a, m == 0 ? -1 : -2), zero + eye(n, like)};
  }
  const bool full = full_matrices && m != n;
  const Parts parts = parts_of(packed_svd(a, full), m, n, full);
  return {parts.u, parts.s, transposed(parts.v)};
}

Tensor svdvals(const Tensor& a) try { return svd(a, false).s; } catch (const Error& error) {
  fail_as("svdvals", error);
}

}  // namespace descent::linalg
