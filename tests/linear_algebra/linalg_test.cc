// Linear algebra: gradients, errors, and what PyTorch's values do not show.
#include <cmath>
#include <limits>

#include "error_names.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using gradients::check;
using gradients::spread;

// [..., n, n], far from singular.
Tensor regular(const Dims& shape, double start = 0.31) {
  return spread(shape, -0.4, 0.4, start) + arange(1, shape.back() + 1, 1, {.dtype = float64}) * eye(shape.back());
}
Tensor t(const Tensor& a) { return transpose(a, -1, -2); }
Tensor symmetric(const Tensor& a) { return a + t(a); }

const double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("gradients of solving, inverses and determinants") {
  check("solve", [](const auto& in) { return linalg::solve(in[0], in[1]); }, {regular({2, 3, 3}), spread({3, 2})});
  check("solve, a vector", [](const auto& in) { return linalg::solve(t(in[0]), in[1]); },
        {regular({3, 3}), spread({3})});
  check("solve, right", [](const auto& in) { return linalg::solve(in[0], in[1], false); },
        {regular({3, 3}), spread({2, 3})});
  for (const bool upper : {false, true}) {
    for (const bool unit : {false, true}) {
      check("solve_triangular",
            [=](const auto& in) { return linalg::solve_triangular(in[0], in[1], upper, true, unit); },
            {regular({3, 3}), spread({2, 3, 2})});
    }
  }
  check("inv", [](const auto& in) { return linalg::inv(in[0]); }, {regular({2, 3, 3})});
  check("det", [](const auto& in) { return linalg::det(in[0]); }, {spread({2, 3, 3})});
  check("det of the identity", [](const auto& in) { return linalg::det(in[0]); }, {eye(3, {.dtype = float64})});
  for (const double corner : {8.0, 9.0}) {
    check("det of singular matrices", [](const auto& in) { return linalg::det(in[0]); },
          {tensor({{1, 2, 3}, {2, 4, 6}, {7.0, 8.0, corner}}, {.dtype = float64})});
  }
  check("det of a matrix of rank 1", [](const auto& in) { return linalg::det(in[0]); },
        {tensor({{1, 2, 3}, {2, 4, 6}, {3, 6, 9}}, {.dtype = float64})});
  check("slogdet", [](const auto& in) { return linalg::slogdet(in[0]).logabsdet; }, {regular({2, 3, 3})});
  check("pinv", [](const auto& in) { return linalg::pinv(in[0]); }, {spread({4, 2})});
  check("pinv, wide", [](const auto& in) { return linalg::pinv(in[0]); }, {spread({2, 2, 3})});
  check("lstsq", [](const auto& in) { return linalg::lstsq(in[0], in[1]).solution; },
        {spread({4, 2}), spread({2, 4, 2}, -2, 2, 0.7)});
  check("lstsq, residuals", [](const auto& in) { return linalg::lstsq(in[0], in[1]).residuals; },
        {spread({4, 2}), spread({4, 2}, -2, 2, 0.7)});
  check("lstsq, wide", [](const auto& in) { return linalg::lstsq(in[0], in[1]).solution; },
        {spread({2, 3}), spread({2, 2}, -2, 2, 0.7)});
}

TEST_CASE("gradients of decompositions") {
  check("cholesky", [](const auto& in) { return linalg::cholesky(matmul(in[0], t(in[0])) + eye(3)); },
        {regular({2, 3, 3})});
  check("cholesky, upper", [](const auto& in) { return linalg::cholesky(matmul(in[0], t(in[0])) + eye(3), true); },
        {regular({3, 3})});
  check(
      "cholesky_solve",
      [](const auto& in) { return linalg::cholesky_solve(in[1], linalg::cholesky(matmul(in[0], t(in[0])) + eye(2))); },
      {regular({2, 2}), spread({2, 3})});
  for (const Dims& shape : {Dims{3, 3}, Dims{4, 2}, Dims{2, 4}, Dims{2, 3, 2}}) {
    const Tensor a = spread(shape);
    CAPTURE(shape);
    check("qr, q", [](const auto& in) { return linalg::qr(in[0]).q; }, {a});
    check("qr, r", [](const auto& in) { return linalg::qr(in[0]).r; }, {a});
    check("svd, u and vh",
          [](const auto& in) {
            const auto [u, s, vh] = linalg::svd(in[0], false);
            return matmul(u, vh) + square(narrow(u, -1, 0, 1));
          },
          {a});
    check("svd, s", [](const auto& in) { return linalg::svdvals(in[0]); }, {a});
    check("svd, full",
          [](const auto& in) {
            const auto [u, s, vh] = linalg::svd(in[0]);
            return square(narrow(vh, -2, 0, s.size(-1)));
          },
          {a});
  }
  check("qr, complete", [](const auto& in) { return linalg::qr(in[0], linalg::QrMode::complete).q; }, {spread({2, 3})});
  for (const linalg::Triangle triangle : {linalg::Triangle::lower, linalg::Triangle::upper}) {
    check("eigh",
          [triangle](const auto& in) {
            const auto [values, vectors] = linalg::eigh(symmetric(in[0]), triangle);
            return square(vectors) + exp(unsqueeze(values, -1));
          },
          {regular({2, 3, 3})});
  }
  check("eigvalsh", [](const auto& in) { return linalg::eigvalsh(symmetric(in[0])); }, {regular({3, 3})});
}

TEST_CASE("gradients of norms, powers and products of matrices") {
  const Tensor a = regular({2, 3, 3});
  for (const double ord : {1.0, 2.0, -2.0, std::numeric_limits<double>::infinity()}) {
    check("matrix_norm", [ord](const auto& in) { return linalg::matrix_norm(in[0], ord); }, {a});
    check("cond", [ord](const auto& in) { return linalg::cond(in[0], ord); }, {a});
  }
  manual_seed(2);
  check("nuclear norm",
        [](const auto& in) {
          return linalg::matrix_norm(in[0], linalg::MatrixNorm::nuc, {0, 2});
        },
        {randn({3, 2, 4}, {.dtype = float64})});
  check("vector_norm", [](const auto& in) { return linalg::vector_norm(in[0], 3, {0, 2}); }, {a});
  check("matrix_exp", [](const auto& in) { return linalg::matrix_exp(in[0]); }, {spread({2, 3, 3})});
  check("matrix_power", [](const auto& in) { return linalg::matrix_power(in[0], 3); }, {a});
  check("matrix_power, inverse", [](const auto& in) { return linalg::matrix_power(in[0], -2); }, {a});
  check("multi_dot",
        [](const auto& in) {
          return linalg::multi_dot({in[0], in[1], in[2]});
        },
        {spread({2, 3}), spread({3, 2}), spread({2})});
  check("vander", [](const auto& in) { return linalg::vander(in[0], 4); }, {spread({2, 2})});
}

TEST_CASE("gradients of equal values are finite where they may be") {
  const Tensor a = eye(3, {.dtype = float64, .requires_grad = true});
  CHECK(equal(grad({sum(linalg::eigvalsh(a))}, {a})[0], eye(3, {.dtype = float64})));
  CHECK(allclose(grad({sum(linalg::svdvals(a))}, {a})[0], eye(3, {.dtype = float64})));
  const Tensor zero = zeros({3, 2}, {.dtype = float64, .requires_grad = true});
  CHECK(all(isfinite(grad({sum(linalg::svdvals(zero))}, {zero})[0])).item<bool>());
  const Tensor vectors = linalg::eigh(a).eigenvectors;
  CHECK_FALSE(all(isfinite(grad({sum(vectors * spread({3, 3}))}, {a})[0])).item<bool>());
}

TEST_CASE("decompositions give back matrices of many sizes and scales") {
  manual_seed(1);
  for (const Dims& shape : {Dims{1, 1}, Dims{3, 3}, Dims{5, 2}, Dims{2, 5}, Dims{40, 20}, Dims{3, 70, 70}}) {
    for (const double scale : {1e-150, 1.0, 1e150}) {
      CAPTURE(shape);
      CAPTURE(scale);
      const Tensor a = randn(shape, {.dtype = float64}) * scale;
      const double atol = 1e-12 * scale;
      const auto identity = [](std::int64_t n) { return eye(n, {.dtype = float64}).expand({n, n}); };
      const auto is_orthonormal = [&](const Tensor& q) {
        return allclose(matmul(t(q), q), (zeros_like(matmul(t(q), q)) + identity(q.size(-1))), 1e-12, 1e-12);
      };
      const auto [u, s, vh] = linalg::svd(a, false);
      CHECK(allclose(matmul(u * unsqueeze(s, -2), vh), a, 1e-12, atol));
      CHECK(is_orthonormal(u));
      CHECK(is_orthonormal(t(vh)));
      CHECK(all(narrow(s, -1, 0, s.size(-1) - 1) >= narrow(s, -1, 1, s.size(-1) - 1)).item<bool>());
      CHECK(all(s >= 0).item<bool>());
      const linalg::Svd full = linalg::svd(a);
      CHECK(is_orthonormal(full.u));
      CHECK(is_orthonormal(full.vh));
      for (const linalg::QrMode mode : {linalg::QrMode::reduced, linalg::QrMode::complete}) {
        const auto [q, r] = linalg::qr(a, mode);
        CHECK(allclose(matmul(q, r), a, 1e-12, atol));
        CHECK(is_orthonormal(q));
        CHECK(equal(r, triu(r)));
        CHECK(equal(linalg::qr(a, linalg::QrMode::r).r, narrow(r, -2, 0, std::min(a.size(-1), a.size(-2)))));
      }
      if (a.size(-1) != a.size(-2)) continue;
      const Tensor both = symmetric(a);
      const auto [values, vectors] = linalg::eigh(both);
      CHECK(allclose(matmul(vectors * unsqueeze(values, -2), t(vectors)), both, 1e-12, 10 * atol));
      CHECK(is_orthonormal(vectors));
      CHECK(allclose(matmul(a, linalg::inv(a)), expand(identity(a.size(-1)), a.sizes()), 1e-9, 1e-9));
    }
  }
}

TEST_CASE("matrices of float32 are factored in float64") {
  // Hilbert's, of condition 5e5.
  const Tensor i = arange(5, {.dtype = float32});
  const Tensor a = 1 / (unsqueeze(i, 0) + unsqueeze(i, 1) + 1);
  CHECK(allclose(linalg::solve(a, matmul(a, ones({5}))), ones({5}), 0.05));
  CHECK(equal(linalg::inv(a), linalg::inv(a.to(float64)).to(float32)));
}

TEST_CASE("what does not decompose is NaN or an error") {
  const Tensor bad = full({2, 2}, kNaN, {.dtype = float64});
  CHECK(all(isnan(linalg::inv(bad))).item<bool>());
  CHECK(all(isnan(linalg::qr(bad).r(0))).item<bool>());
  CHECK(isnan(linalg::det(bad)).item<bool>());
  CHECK(isnan(linalg::slogdet(bad).logabsdet).item<bool>());
  CHECK(all(isnan(linalg::matrix_exp(bad))).item<bool>());
  CHECK_THROWS_WITH_AS(linalg::svd(bad), "svd: the matrix has elements that are not finite", Error);
  CHECK_THROWS_WITH_AS(linalg::svdvals(stack({eye(2, {.dtype = float64}), bad})),
                       "svdvals: matrix 1 of the batch has elements that are not finite", Error);
  CHECK_THROWS_WITH_AS(linalg::eigh(bad), "eigh: the matrix has elements that are not finite", Error);
  CHECK_THROWS_WITH_AS(linalg::cholesky(bad), "cholesky: the matrix has elements that are not finite", Error);
  CHECK_THROWS_WITH_AS(linalg::pinv(bad), "pinv: the matrix has elements that are not finite", Error);
  CHECK_THROWS_WITH_AS(linalg::lstsq(bad, bad), "lstsq: the matrix has elements that are not finite", Error);
}

TEST_CASE("linear algebra says what it cannot take") {
  const Tensor singular = stack({eye(2), ones({2, 2}), eye(2)});
  CHECK_THROWS_WITH_AS(linalg::solve(singular, ones({3, 2, 1})), "solve: matrix 1 of the batch is singular", Error);
  CHECK_THROWS_WITH_AS(linalg::inv(singular), "inv: matrix 1 of the batch is singular", Error);
  CHECK_THROWS_WITH_AS(linalg::inv(ones({2, 2})), "inv: the matrix is singular", Error);
  CHECK_THROWS_WITH_AS(linalg::matrix_power(ones({2, 2}), -1), "matrix_power: the matrix is singular", Error);
  CHECK_THROWS_WITH_AS(linalg::cholesky(stack({eye(3), tensor({{1.0, 0, 0}, {0, 1, 2}, {0, 2, 1}})})),
                       "cholesky: matrix 1 of the batch is not positive-definite (leading minor of order 3)", Error);
  CHECK_THROWS_WITH_AS(linalg::cholesky(-eye(3)),
                       "cholesky: the matrix is not positive-definite (leading minor of order 1)", Error);
  CHECK_THROWS_WITH_AS(linalg::svd(zeros(3)), "svd: a has shape [3]; wanted [..., rows, columns]", Error);
  CHECK_THROWS_WITH_AS(linalg::eigh(zeros({2, 3})), "eigh: a has shape [2, 3]; wanted square matrices", Error);
  CHECK_THROWS_WITH_AS(linalg::inv(tensor({{1, 2}, {3, 4}})), "inv: a is int64; wanted float32 or float64", Error);
  CHECK_THROWS_WITH_AS(linalg::solve(eye(2), ones({3, 1})), "solve: a has shape [2, 2] and b [3, 1], which do not fit",
                       Error);
  CHECK_THROWS_WITH_AS(linalg::solve(eye(2), ones(2), false),
                       "solve: a has shape [2, 2] and b [2]; without left, b must be matrices", Error);
  CHECK_THROWS_WITH_AS(linalg::solve(eye(2), ones({2, 1}, {.dtype = float64})),
                       "solve: dtypes float32 and float64; wanted one", Error);
  CHECK_THROWS_WITH_AS(linalg::matrix_norm(eye(2), 3),
                       "matrix_norm: ord 3; wanted 1, 2, infinity, or one of them negative", Error);
  CHECK_THROWS_WITH_AS(linalg::norm(ones({2, 2, 2}), 1),
                       "norm: with ord and without dims, x has shape [2, 2, 2]; wanted a vector or a matrix", Error);
  CHECK_THROWS_WITH_AS(linalg::multi_dot({eye(2)}), "multi_dot: 1 tensors; wanted at least 2", Error);
  CHECK_THROWS_WITH_AS(linalg::multi_dot({eye(2), ones(2), eye(2)}),
                       "multi_dot: tensor 1 has shape [2]; wanted a matrix", Error);
  CHECK_THROWS_WITH_AS(linalg::multi_dot({eye(2), ones({3, 2})}), "multi_dot: shapes [2, 2] and [3, 2] do not fit",
                       Error);
  const Tensor tall = ones({3, 2}, {.requires_grad = true});
  CHECK_THROWS_WITH_AS(sum(linalg::qr(tall, linalg::QrMode::complete).q).backward(),
                       "qr: mode complete has no gradient where there are more rows than columns", Error);
}

#define DESCENT_LINALG_OF_ONE(function) \
  check_names_of_one(#function, [](const Tensor& x) { (void)linalg::function(x); })
#define DESCENT_LINALG_OF_TWO(function, ...) \
  check_names_of_two(#function, [](const Tensor& a, const Tensor& b) { (void)linalg::function(a, b __VA_ARGS__); })

TEST_CASE("errors of linear algebra are in their names") {
  DESCENT_LINALG_OF_ONE(vector_norm);
  DESCENT_LINALG_OF_ONE(matrix_norm);
  DESCENT_LINALG_OF_ONE(norm);
  DESCENT_LINALG_OF_ONE(cond);
  check_names_of_one("cond", [](const Tensor& x) { linalg::cond(x, 1); });
  DESCENT_LINALG_OF_ONE(matrix_rank);
  DESCENT_LINALG_OF_ONE(inv);
  DESCENT_LINALG_OF_ONE(det);
  DESCENT_LINALG_OF_ONE(slogdet);
  DESCENT_LINALG_OF_ONE(pinv);
  DESCENT_LINALG_OF_ONE(cholesky);
  DESCENT_LINALG_OF_ONE(qr);
  DESCENT_LINALG_OF_ONE(svd);
  DESCENT_LINALG_OF_ONE(svdvals);
  DESCENT_LINALG_OF_ONE(eigh);
  DESCENT_LINALG_OF_ONE(eigvalsh);
  DESCENT_LINALG_OF_ONE(matrix_exp);
  check_names_of_one("matrix_power", [](const Tensor& x) { linalg::matrix_power(x, 2); });
  DESCENT_LINALG_OF_ONE(vander);
  DESCENT_LINALG_OF_TWO(solve);
  DESCENT_LINALG_OF_TWO(lstsq);
  DESCENT_LINALG_OF_TWO(cholesky_solve);
  DESCENT_LINALG_OF_TWO(solve_triangular, , true);
  check_names_of_two("multi_dot", [](const Tensor& a, const Tensor& b) { linalg::multi_dot({a, b}); });
}

}  // namespace descent
