// Systems of linear equations and inverses.
#include <Eigen/LU>

#include "core/apply.h"
#include "descent/linalg.h"
#include "linear_algebra/matrix.h"

namespace descent::linalg {
namespace {

// The factors of P a = L U in float64, [..., n + 1, n]: both in one square, and below it the permutation.
Tensor factors_of(const Tensor& a) {
  static constexpr Op op = {.name = "lu", .compute = [](Inputs inputs, const Attributes&, Output& out) {
                              const std::int64_t n = inputs[0]->impl()->sizes.back();
                              each_matrix({inputs[0]}, n + 1, n, float64, out, [n](std::int64_t, const Matrices& in) {
                                const Eigen::PartialPivLU<Eigen::MatrixXd> solver(in[0]);
                                Matrix result(n + 1, n);
                                result.topRows(n) = solver.matrixLU();
                                result.row(n) = solver.permutationP().indices().cast<double>().transpose();
                                return result;
                              });
                            }};
  return apply<op>({&a});
}

Tensor solve_factored(const Tensor& a, const Tensor& b, const Tensor& factors, bool transpose, const char* name);

// The gradient of b: the transposed system, by the same factors.
Tensor gradient_of_b(const Tensor& g, const Call& c) {
  return solve_factored(c.input(0), g, c.input(2), !c.attributes().flag, nullptr);
}
Tensor gradient_of_a(const Tensor& g, const Call& c) {
  const Tensor of_b = gradient_of_b(g, c), x = c.output();
  return -(c.attributes().flag ? matmul(x, transposed(of_b)) : matmul(of_b, transposed(x)));
}

// x of a x = b, or a^T x = b, with one batch. a is there for its gradient; its factors are what is read.
Tensor solve_factored(const Tensor& a, const Tensor& b, const Tensor& factors, bool transpose, const char* name) {
  // flag: transpose; text: whose error it is that a matrix is singular, if it is one.
  static constexpr Op op = {
      .name = "solve",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const TensorImpl& b = *inputs[1]->impl();
            const std::int64_t n = b.sizes[b.sizes.size() - 2], k = b.sizes.back();
            const auto solve = [&](std::int64_t i, const Matrices& in) {
              const auto lu = in[0].topRows(n);
              if (attributes.text[0] && (lu.diagonal().array() == 0).any()) {
                fail(attributes.text[0], ": ", which_matrix(b, i), " is singular");
              }
              const Eigen::PermutationMatrix<Eigen::Dynamic> p(in[0].row(n).transpose().cast<int>());
              const auto lower = lu.triangularView<Eigen::UnitLower>();
              const auto upper = lu.triangularView<Eigen::Upper>();
              Matrix x = in[1];
              if (attributes.flag) {
                upper.transpose().solveInPlace(x);
                lower.transpose().solveInPlace(x);
                x = p.transpose() * x;
              } else {
                x = p * x;
                lower.solveInPlace(x);
                upper.solveInPlace(x);
              }
              return x;
            };
            each_matrix({inputs[2], inputs[1]}, n, k, b.dtype, out, solve);
          },
      .gradients = {{gradient_of_a, kInput0 | kInput2 | kOutput}, {gradient_of_b, kInput0 | kInput2}}};
  Attributes attributes;
  attributes.flag = transpose;
  attributes.text[0] = name;
  return apply<op>({&a, &b, &factors}, attributes);
}

// x of a x = b.
Tensor solve_matrices(Tensor a, Tensor b, const char* name) {
  if (a.size(-1) != b.size(-2)) fail(name, ": a has shape ", a.sizes(), " and b ", b.sizes(), ", which do not fit");
  Tensor factors = factors_of(a), alike = b;
  broadcast_batches(name, a, b);
  broadcast_batches(name, factors, alike);
  return solve_factored(a, b, factors, false, name);
}

// The same for a triangular a with b's batch.
Tensor solve_triangles(const Tensor& a, const Tensor& b, bool upper, bool unit) {
  // flag: upper; index: whether the diagonal is 1.
  static constexpr Op op = {
      .name = "solve_triangular",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const TensorImpl& b = *inputs[1]->impl();
            const bool upper = attributes.flag, unit = attributes.index != 0;
            const auto solve = [upper, unit](std::int64_t, const Matrices& in) {
              Matrix x = in[1];
              if (upper && unit) in[0].triangularView<Eigen::UnitUpper>().solveInPlace(x);
              if (upper && !unit) in[0].triangularView<Eigen::Upper>().solveInPlace(x);
              if (!upper && unit) in[0].triangularView<Eigen::UnitLower>().solveInPlace(x);
              if (!upper && !unit) in[0].triangularView<Eigen::Lower>().solveInPlace(x);
              return x;
            };
            each_matrix({inputs[0], inputs[1]}, b.sizes[b.sizes.size() - 2], b.sizes.back(), b.dtype, out, solve);
          },
      .gradients = {{[](const Tensor& g, const Call& c) {
                       const bool upper = c.attributes().flag;
                       const std::int64_t unit = c.attributes().index;
                       const Tensor of_b = solve_triangles(transposed(c.input(0)), g, !upper, unit != 0);
                       const Tensor all = -matmul(of_b, transposed(c.output()));
                       return upper ? triu(all, unit) : tril(all, -unit);
                     },
                     kInput0 | kOutput},
                    {[](const Tensor& g, const Call& c) {
                       return solve_triangles(transposed(c.input(0)), g, !c.attributes().flag,
                                              c.attributes().index != 0);
                     },
                     kInput0}}};
  Attributes attributes;
  attributes.flag = upper;
  attributes.index = unit;
  return apply<op>({&a, &b}, attributes);
}

}  // namespace

Tensor solve(const Tensor& a, const Tensor& b, bool left) {
  check_square("solve", a);
  check_dtypes("solve", a, b);
  Dims vectors = a.sizes();
  vectors.erase(vectors.size() - 1);
  if (b.dim() == 1 || b.sizes() == vectors) {
    if (!left) fail("solve: a has shape ", a.sizes(), " and b ", b.sizes(), "; without left, b must be matrices");
    return squeeze(solve_matrices(a, unsqueeze(b, -1), "solve"), -1);
  }
  check_matrices("solve", b);
  if (!left) return transposed(solve_matrices(transposed(a), transposed(b), "solve"));
  return solve_matrices(a, b, "solve");
}

Tensor solve_triangular(const Tensor& a, const Tensor& b, bool upper, bool left, bool unitriangular) {
  check_square("solve_triangular", a);
  check_dtypes("solve_triangular", a, b);
  check_matrices("solve_triangular", b);
  Tensor triangles = left ? a : transposed(a), right = left ? b : transposed(b);
  if (triangles.size(-1) != right.size(-2)) {
    fail("solve_triangular: a has shape ", a.sizes(), " and b ", b.sizes(), ", which do not fit");
  }
  broadcast_batches("solve_triangular", triangles, right);
  const Tensor x = solve_triangles(triangles, right, upper == left, unitriangular);
  return left ? x : transposed(x);
}

Tensor inverse(const Tensor& a, const char* name) {
  return solve_factored(a, identity_like(a), factors_of(a), false, name);
}

Tensor inv(const Tensor& a) {
  check_square("inv", a);
  return inverse(a, "inv");
}

}  // namespace descent::linalg
