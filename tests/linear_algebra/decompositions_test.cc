#include "linear_algebra/decompositions.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "descent/create.h"
#include "descent/ops.h"

using namespace descent;

TEST_CASE("svd gives back the matrix, with orthonormal columns and falling values") {
  manual_seed(1);
  for (const Dims& shape : {Dims{1, 1}, Dims{3, 3}, Dims{5, 2}, Dims{2, 5}, Dims{40, 20}}) {
    const Tensor a = randn(shape, {.dtype = float64});
    const auto [u, s, v] = svd(a);
    CHECK(allclose(matmul(u * s, v.t()), a, 1e-12, 1e-12));
    const Tensor identity = eye(s.size(0), {.dtype = float64});
    CHECK(allclose(matmul(u.t(), u), identity, 1e-12, 1e-12));
    CHECK(allclose(matmul(v.t(), v), identity, 1e-12, 1e-12));
    const auto values = s.to_vector<double>();
    CHECK(std::is_sorted(values.rbegin(), values.rend()));
    CHECK(values.back() >= 0);
  }
}

TEST_CASE("svd of a matrix without full rank") {
  const auto [u, s, v] = svd(tensor({{1, 2}, {2, 4}, {3, 6}}));
  CHECK(s[0].item() == doctest::Approx(std::sqrt(70.0)));
  CHECK(s[1].item() == doctest::Approx(0).epsilon(1e-12));
}

TEST_CASE("eigh gives back the matrix") {
  const auto [values, vectors] = eigh(tensor({{2.0, 1.0}, {1.0, 2.0}}));
  CHECK(allclose(values, tensor({1.0, 3.0}, {.dtype = float64}), 1e-12));
  manual_seed(2);
  const Tensor root = randn({6, 6}, {.dtype = float64});
  const Tensor a = matmul(root, root.t());
  const Eigh result = eigh(a);
  CHECK(allclose(matmul(result.vectors * result.values, result.vectors.t()), a, 1e-12, 1e-12));
}

TEST_CASE("qr gives back the matrix, with orthonormal columns and a triangle") {
  manual_seed(3);
  for (const Dims& shape : {Dims{1, 1}, Dims{4, 4}, Dims{5, 2}, Dims{2, 5}}) {
    const Tensor a = randn(shape, {.dtype = float64});
    const auto [q, r] = qr(a);
    CHECK(allclose(matmul(q, r), a, 1e-12, 1e-12));
    CHECK(allclose(matmul(q.t(), q), eye(q.size(1), {.dtype = float64}), 1e-12, 1e-12));
    CHECK(equal(r, triu(r)));
  }
}

TEST_CASE("decompositions say what they cannot take") {
  CHECK_THROWS_WITH_AS(svd(zeros(3)), "svd: a has shape [3]; wanted [rows, columns]", Error);
  CHECK_THROWS_WITH_AS(eigh(zeros({2, 3})), "eigh: a has shape [2, 3]; wanted a square matrix", Error);
  CHECK_THROWS_WITH_AS(svd(full({2, 2}, std::numeric_limits<double>::quiet_NaN())),
                       "svd: a has elements that are not finite", Error);
}
