#include "descent/minimize/global.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "descent/create.h"
#include "descent/ops.h"
#include "minimize/doubles.h"

using namespace descent;

namespace {

// Many local minima around the global one, 0 at 0.
Tensor rastrigin(const Tensor& x) { return sum(square(x) + 10 * (1 - cos(2 * std::numbers::pi * x))); }
// Six minima, two of them global: -1.0316 at (0.0898, -0.7126) and its mirror image.
Tensor six_hump_camel(const Tensor& x) {
  const Tensor a = square(x[0]), b = square(x[1]);
  return (4 - 2.1 * a + square(a) / 3) * a + x[0] * x[1] + (4 * b - 4) * b;
}

}  // namespace

TEST_CASE("restarts find the lowest of several minima") {
  const Box box{doubles({-3, -2}), doubles({3, 2})};
  const GlobalResult result = restarts(six_hump_camel, box, {.starts = 30});
  CHECK(result.best.value == doctest::Approx(-1.031628453));
  CHECK(result.values.size() == 30);
  // Some of them ended elsewhere.
  CHECK(*std::max_element(result.values.begin(), result.values.end()) > -0.9);
  CHECK(*std::min_element(result.values.begin(), result.values.end()) == result.best.value);
  CHECK(result.evaluations.functions > result.best.evaluations.functions);
}

TEST_CASE("restarts depend on the seed alone") {
  const Box box{full(2, -3.0), full(2, 3.0)};
  manual_seed(1);
  const Tensor untouched = rand(3);
  manual_seed(1);
  const GlobalResult one = restarts(rastrigin, box, {.starts = 5, .seed = 7});
  CHECK(equal(rand(3), untouched));
  CHECK(restarts(rastrigin, box, {.starts = 5, .seed = 7}).values == one.values);
  CHECK(restarts(rastrigin, box, {.starts = 5, .seed = 8}).values != one.values);
  CHECK(one.best.x.dtype() == float32);
}

TEST_CASE("restarts pass over starts that are not finite") {
  const auto half = [](const Tensor& x) { return sum(x - log(x)); };
  const GlobalResult result = restarts(half, {doubles({-1}), doubles({1})}, {.starts = 20});
  CHECK(result.best.value == doctest::Approx(1));
  int passed_over = 0;
  for (const double value : result.values) passed_over += std::isnan(value);
  CHECK(passed_over > 3);
  CHECK(passed_over < 17);
  CHECK_THROWS_WITH_AS(restarts(half, {doubles({-2}), doubles({-1})}, {.starts = 3}),
                       "restarts: the objective is not finite at any of 3 starts", Error);
}

TEST_CASE("basin hopping leaves a local minimum") {
  const Tensor start = doubles({2, -2, 3});
  CHECK(minimize(rastrigin, start).value > 10);
  const GlobalResult result = basin_hopping(rastrigin, start, {.hops = 200, .step_size = 1});
  CHECK(result.best.value == doctest::Approx(0).epsilon(1e-8));
  CHECK(result.values.size() == 201);
  CHECK(basin_hopping(rastrigin, start, {.hops = 10, .seed = 3}).values ==
        basin_hopping(rastrigin, start, {.hops = 10, .seed = 3}).values);
}

TEST_CASE("basin hopping solves the example of SciPy's manual") {
  const auto f = [](const Tensor& x) { return cos(14.5 * x - 0.3) + (x + 0.2) * x; };
  const GlobalResult result = basin_hopping(f, doubles({1}));
  CHECK(result.best.x.item() == doctest::Approx(-0.195).epsilon(1e-3));
  CHECK(result.best.value == doctest::Approx(-1.0009).epsilon(1e-4));
}

TEST_CASE("at temperature 0 basin hopping never climbs") {
  const GlobalResult none = basin_hopping(rastrigin, doubles({2, -2}), {.hops = 0});
  CHECK(none.values.size() == 1);
  const GlobalResult cold = basin_hopping(rastrigin, doubles({2, -2}), {.hops = 100, .temperature = 0, .step_size = 1});
  CHECK(cold.best.value == doctest::Approx(0).epsilon(1e-8));
}

TEST_CASE("restarts and basin_hopping say what they cannot take") {
  const Box box{doubles({0}), doubles({1})};
  CHECK_THROWS_WITH_AS(restarts(rastrigin, box, {.starts = 0}), "restarts: starts = 0 must be at least 1", Error);
  CHECK_THROWS_WITH_AS(restarts(rastrigin, {.lower = doubles({0})}), "restarts: the box has no upper bound", Error);
  CHECK_THROWS_WITH_AS(restarts(rastrigin, {doubles({1}), doubles({0})}),
                       "restarts: lower > upper somewhere in the box", Error);
  CHECK_THROWS_WITH_AS(restarts(rastrigin, {doubles({0}), doubles({INFINITY})}),
                       "restarts: the upper bound is not finite everywhere", Error);
  CHECK_THROWS_WITH_AS(basin_hopping(rastrigin, doubles({0}), {.hops = -1}),
                       "basin_hopping: hops = -1 must be at least 0", Error);
  CHECK_THROWS_WITH_AS(basin_hopping(rastrigin, doubles({0}), {.temperature = -1}),
                       "basin_hopping: temperature = -1 must be at least 0", Error);
  CHECK_THROWS_WITH_AS(basin_hopping(rastrigin, doubles({0}), {.step_size = 0}),
                       "basin_hopping: step_size = 0 must be above 0", Error);
  CHECK_THROWS_WITH_AS(restarts([](const Tensor& x) { return x; }, {doubles({0, 0}), doubles({1, 1})}),
                       "minimize: the objective gave shape [2]; wanted one element", Error);
}
