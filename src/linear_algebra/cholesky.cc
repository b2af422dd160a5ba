#include <Eigen/Cholesky>

#include "core/apply.h"
#include "descent/linalg.h"
#include "linear_algebra/matrix.h"

namespace descent::linalg {
namespace {

inline namespace compute {

// The order of the first leading minor that is not positive-definite, where the last is not.
std::int64_t order_of_failure(const Eigen::Map<const Matrix>& a) {
  std::int64_t good = 0, bad = a.rows();
  while (bad - good > 1) {
    const std::int64_t middle = (good + bad) / 2;
    const bool works = Eigen::LLT<Eigen::MatrixXd>(a.topLeftCorner(middle, middle)).info() == Eigen::Success;
    (works ? good : bad) = middle;
  }
  return bad;
}

}  // namespace compute

// With l^T g = p: l^-T (tril(p) and, mirrored, what lies below its diagonal) l^-1 / 2.
Tensor cholesky_gradient(const Tensor& g, const Call& c) {
  const Tensor l = c.output(), p = tril(matmul(transposed(l), g));
  const Tensor symmetric = p + triu(transposed(p), 1);
  const Tensor left = solve_triangular(transposed(l), symmetric, /*upper=*/true);
  return 0.5 * solve_triangular(l, left, /*upper=*/false, /*left=*/false);
}

}  // namespace

Tensor cholesky(const Tensor& a, bool upper) {
  static constexpr Op op = {
      .name = "cholesky",
      .compute =
          [](Inputs inputs, const Attributes&, Output& out) {
            const TensorImpl& a = *inputs[0]->impl();
            const std::int64_t n = a.sizes.back();
            each_matrix({inputs[0]}, n, n, a.dtype, out, [&a](std::int64_t i, const Matrices& in) {
              check_finite("cholesky", a, i, in[0]);
              const Eigen::LLT<Eigen::MatrixXd> solver(in[0]);
              if (solver.info() != Eigen::Success) {
                fail("cholesky: ", which_matrix(a, i), " is not positive-definite (leading minor of order ",
                     order_of_failure(in[0]), ")");
              }
              return Matrix(solver.matrixL());
            });
          },
      .gradients = {{cholesky_gradient, kOutput}}};
  check_square("cholesky", a);
  if (upper) return transposed(cholesky(transposed(a)));
  return apply<op>({&a});
}

Tensor cholesky_solve(const Tensor& b, const Tensor& factor, bool upper) try {
  check_square("cholesky_solve", factor);
  const Tensor lower = upper ? transposed(factor) : factor;
  return solve_triangular(transposed(lower), solve_triangular(lower, b, /*upper=*/false), /*upper=*/true);
} catch (const Error& error) {
  fail_as("cholesky_solve", error);
}

}  // namespace descent::linalg
