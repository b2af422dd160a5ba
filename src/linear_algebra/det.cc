#include <Eigen/LU>
#include <Eigen/SVD>

#include "core/apply.h"
#include "descent/linalg.h"
#include "linear_algebra/matrix.h"

namespace descent::linalg {
namespace {

using Lu = Eigen::PartialPivLU<Eigen::MatrixXd>;

Tensor determinants(const Tensor& a);

// For each pair i, j, the product of all elements of s but the i-th and the j-th.
Tensor products_without_two(const Tensor& s) {
  const Tensor is_one =
      identity_like(expand(unsqueeze(s, -1), with_matrix(batch_of(unsqueeze(s, -1)), s.size(-1), s.size(-1)))) != 0;
  const Tensor left_out = unsqueeze(is_one, -2) || unsqueeze(is_one, -3);  // [..., i, j, l]
  return prod(where(left_out, 1, unsqueeze(unsqueeze(s, -2), -2)), -1);
}

// How the cofactors change as a does by g, which is their gradient as well: the second derivative of det is symmetric.
// In the basis of the singular vectors both are diagonal, and no division is needed.
Tensor cofactor_gradient(const Tensor& g, const Call& c) {
  const Svd f = svd(c.input(0), false);
  const Tensor v = transposed(f.vh);
  const Tensor signs = (determinants(f.u) * determinants(v)).detach();
  const Tensor rotated = matmul(matmul(transposed(f.u), g), v);
  const Tensor is_diagonal = identity_like(rotated) != 0;
  const Tensor products = where(is_diagonal, 0, products_without_two(f.s));
  const Tensor on_diagonal = matmul(products, unsqueeze(diagonal(rotated, 0, -2, -1), -1));
  return signs * matmul(matmul(f.u, where(is_diagonal, on_diagonal, -products * transposed(rotated))), f.vh);
}

// The derivative of det(a): det(a) a^-T, and what that tends to where a is singular.
Tensor cofactors(const Tensor& a) {
  static constexpr Op op = {
      .name = "cofactor",
      .compute =
          [](Inputs inputs, const Attributes&, Output& out) {
            const TensorImpl& a = *inputs[0]->impl();
            const std::int64_t n = a.sizes.back();
            each_matrix({inputs[0]}, n, n, a.dtype, out, [n](std::int64_t, const Matrices& in) {
              const Lu lu(in[0]);
              const double det = lu.determinant();
              if (det != 0 || !in[0].allFinite()) return Matrix(det * lu.inverse().transpose());
              const Eigen::BDCSVD<Eigen::MatrixXd> svd(in[0], Eigen::ComputeFullU | Eigen::ComputeFullV);
              Eigen::VectorXd products = Eigen::VectorXd::Ones(n);
              for (std::int64_t i = 0; i < n; ++i) {
                for (std::int64_t j = 0; j < n; ++j) products[i] *= i == j ? 1 : svd.singularValues()[j];
              }
              const double sign = Lu(svd.matrixU()).determinant() * Lu(svd.matrixV()).determinant();
              return Matrix(sign * svd.matrixU() * products.asDiagonal() * svd.matrixV().transpose());
            });
          },
      .gradients = {{cofactor_gradient, kInput0}}};
  return apply<op>({&a});
}

// [..., 1, 1].
Tensor determinants(const Tensor& a) {
  static constexpr Op op = {
      .name = "det",
      .compute =
          [](Inputs inputs, const Attributes&, Output& out) {
            const TensorImpl& a = *inputs[0]->impl();
            each_matrix({inputs[0]}, 1, 1, a.dtype, out, [](std::int64_t, const Matrices& in) {
              return Matrix(Matrix::Constant(1, 1, in[0].size() == 0 ? 1 : Lu(in[0]).determinant()));
            });
          },
      .gradients = {{[](const Tensor& g, const Call& c) { return g * cofactors(c.input(0)); }, kInput0}}};
  return apply<op>({&a});
}

}  // namespace

Tensor det(const Tensor& a) {
  check_square("det", a);
  return squeeze(determinants(a), {-2, -1});
}

Slogdet slogdet(const Tensor& a) {
  // [..., 1, 2]: the sign and the logarithm. The sign does not change.
  static constexpr Op op = {.name = "slogdet",
                            .compute =
                                [](Inputs inputs, const Attributes&, Output& out) {
                                  const TensorImpl& a = *inputs[0]->impl();
                                  each_matrix({inputs[0]}, 1, 2, a.dtype, out, [](std::int64_t, const Matrices& in) {
                                    Matrix result(1, 2);
                                    result << 1, 0;
                                    if (in[0].size() == 0) return result;
                                    const Lu lu(in[0]);
                                    const auto pivots = lu.matrixLU().diagonal().array();
                                    result << lu.permutationP().determinant() * pivots.sign().prod(),
                                        pivots.abs().log().sum();
                                    return result;
                                  });
                                },
                            .gradients = {{[](const Tensor& g, const Call& c) {
                                             return narrow(g, -1, 1, 1) * transposed(inverse(c.input(0), nullptr));
                                           },
                                           kInput0}}};
  check_square("slogdet", a);
  const Tensor both = squeeze(apply<op>({&a}), -2);
  return {select(both, -1, 0), select(both, -1, 1)};
}

}  // namespace descent::linalg
