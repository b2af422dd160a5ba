#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "descent/create.h"
#include "descent/minimize/minimize.h"
#include "descent/ops.h"
#include "minimize/doubles.h"

using namespace descent;

namespace {

// y = 2.5 exp(-1.3 t) + 0.5, without noise.
const Tensor kTimes = linspace(0, 4, 50, {.dtype = float64});
Tensor decay(const Tensor& x, const Tensor& t) { return x[0] * exp(-x[1] * t) + x[2]; }
Tensor decay_residuals(const Tensor& x) { return decay(x, kTimes) - decay(doubles({2.5, 1.3, 0.5}), kTimes); }

const std::vector<LeastSquaresMethod> kMethods = {
    method::LevenbergMarquardt(), method::LevenbergMarquardt{.scale_variables = true}, method::GaussNewton()};

}  // namespace

TEST_CASE("least_squares fits a curve") {
  for (const LeastSquaresMethod& method : kMethods) {
    const MinimizeResult result = least_squares(decay_residuals, ones(3, {.dtype = float64}), {.method = method});
    CHECK(largest_difference(result.x, doubles({2.5, 1.3, 0.5})) < 1e-6);
    CHECK(result.value < 1e-14);
    CHECK(result.converged);
    CHECK(result.evaluations.functions < 15);
    CHECK(result.evaluations.gradients <= result.evaluations.functions);
  }
}

TEST_CASE("least_squares in float32") {
  const auto residuals = [](const Tensor& x) {
    const Tensor t = kTimes.to(float32);
    return decay(x, t) - decay(tensor({2.5, 1.3, 0.5}), t);
  };
  for (const LeastSquaresMethod& method : kMethods) {
    const MinimizeResult result = least_squares(residuals, ones(3), {.method = method});
    CHECK(result.x.dtype() == float32);
    CHECK(largest_difference(result.x, tensor({2.5, 1.3, 0.5})) < 1e-3);
  }
}

TEST_CASE("a linear problem is solved in one step, with fewer rows than columns too, by the shortest step") {
  manual_seed(5);
  for (const Dims& shape : {Dims{7, 3}, Dims{3, 3}, Dims{2, 5}}) {
    const Tensor a = randn(shape, {.dtype = float64}), b = randn(shape[0], {.dtype = float64});
    const auto residuals = [&](const Tensor& x) { return matmul(a, x) - b; };
    for (const LeastSquaresMethod& method : kMethods) {
      const MinimizeResult result = least_squares(residuals, zeros(shape[1], {.dtype = float64}), {.method = method});
      CHECK(result.iterations == 1);
      CHECK(max(abs(matmul(a.t(), residuals(result.x)))).item() < 1e-10);
      // The value is half the sum of squares.
      CHECK(result.value == doctest::Approx(sum(square(residuals(result.x))).item() / 2));
    }
    // In the row space of a.
    const MinimizeResult result =
        least_squares(residuals, zeros(shape[1], {.dtype = float64}), {.method = method::GaussNewton()});
    if (shape[0] < shape[1]) {
      const Tensor y = least_squares([&](const Tensor& y) { return matmul(matmul(a, a.t()), y) - b; },
                                     zeros(shape[0], {.dtype = float64}))
                           .x;
      CHECK(largest_difference(result.x, matmul(a.t(), y)) < 1e-8);
    }
  }
}

TEST_CASE("a Jacobian without full rank is no obstacle") {
  const auto residuals = [](const Tensor& x) {
    const Tensor s = x[0] + x[1];
    return stack({s - 3, 2 * s - 6, exp(0.1 * s) - std::exp(0.3)});
  };
  for (const LeastSquaresMethod& method : kMethods) {
    const MinimizeResult result = least_squares(residuals, zeros(2, {.dtype = float64}), {.method = method});
    CHECK(result.converged);
    CHECK(sum(result.x).item() == doctest::Approx(3));
  }
}

TEST_CASE("x of any shape, rows and columns of the Jacobian alike") {
  const Tensor target = arange(6).to(float64).reshape({2, 3});
  for (const std::int64_t copies : {1, 2}) {
    const auto residuals = [&](const Tensor& x) {
      const Tensor r = (x + square(x) * 0.1 - target).reshape({-1});
      return copies == 1 ? r : cat({r, 2 * r});
    };
    const MinimizeResult result = least_squares(residuals, zeros({2, 3}, {.dtype = float64}));
    CHECK(result.x.sizes() == Dims{2, 3});
    CHECK(result.value < 1e-12);
  }
}

TEST_CASE("residuals that are not finite are steps too far") {
  const auto residuals = [](const Tensor& x) { return log(x) - doubles({1, -3}); };
  for (const LeastSquaresMethod& method : kMethods) {
    if (std::holds_alternative<method::GaussNewton>(method)) continue;
    const MinimizeResult result = least_squares(residuals, doubles({20, 1}), {.method = method});
    CHECK(largest_difference(result.x, exp(doubles({1, -3}))) < 1e-5);
  }
  const MinimizeResult result = least_squares(residuals, doubles({20, 1}), {.method = method::GaussNewton()});
  CHECK(largest_difference(result.x, exp(doubles({1, -3}))) < 1e-5);
}

TEST_CASE("least_squares stops, traces and calls back as minimize does") {
  const MinimizeResult two =
      least_squares(decay_residuals, ones(3, {.dtype = float64}), {.stop = {.max_iterations = 2}, .trace = true});
  CHECK(two.reason == StopReason::max_iterations);
  CHECK(two.trace.size() == 3);
  CHECK(two.trace[2].value == two.value);
  const auto stop = [](const Iteration&) { return false; };
  CHECK(least_squares(decay_residuals, ones(3, {.dtype = float64}), {.on_iteration = stop}).reason ==
        StopReason::callback);
}

TEST_CASE("least_squares says what it cannot take") {
  const auto check = [](const char* message, const Residuals& r, const Tensor& x,
                        const LeastSquaresOptions& options = {}) {
    CHECK_THROWS_WITH_AS(least_squares(r, x, options), message, Error);
  };
  const Tensor x = doubles({1, 2});
  check("least_squares: the start is int64; wanted a floating point type", decay_residuals, tensor({1, 2}));
  check(
      "least_squares: the residuals have shape []; wanted rank 1 and at least one element",
      [](const Tensor& x) { return sum(x); }, x);
  check(
      "least_squares: the residuals have shape [0]; wanted rank 1 and at least one element",
      [](const Tensor& x) { return x(Slice(0, 0)); }, x);
  check(
      "least_squares: the residuals do not depend on x", [](const Tensor&) { return ones(3); }, x);
  check(
      "least_squares: the residuals are an undefined tensor; wanted rank 1", [](const Tensor&) { return Tensor(); }, x);
  check(
      "least_squares: the residuals at the start are not finite", [](const Tensor& x) { return log(-x); }, x);
  check(
      "least_squares: the Jacobian at the start is not finite", [](const Tensor& x) { return sqrt(x - x); }, x);
  check("least_squares: first_radius = 0 must be above 0 and finite", [](const Tensor& x) { return x; }, x,
        {.method = method::LevenbergMarquardt{.first_radius = 0}});
  check("least_squares: max_iterations = -1 must be at least 0", [](const Tensor& x) { return x; }, x,
        {.stop = {.max_iterations = -1}});
}
