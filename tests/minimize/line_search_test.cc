#include "descent/minimize/line_search.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "descent/error.h"

using namespace descent;

namespace {

// A function of one variable with its derivative.
struct Function {
  std::function<double(double)> value, slope;

  LinePoint zero() const { return {value(0), slope(0)}; }
};

// The test functions 1 and 2 of Moré and Thuente (1994), and x -> (x - 3)^2 / 2.
const Function kRational = {[](double a) { return -a / (a * a + 2); },
                            [](double a) { return (a * a - 2) / ((a * a + 2) * (a * a + 2)); }};
const Function kPower = {[](double a) { return std::pow(a + 0.004, 5) - 2 * std::pow(a + 0.004, 4); },
                         [](double a) { return 5 * std::pow(a + 0.004, 4) - 8 * std::pow(a + 0.004, 3); }};
const Function kParabola = {[](double a) { return (a - 3) * (a - 3) / 2; }, [](double a) { return a - 3; }};

struct Search {
  LineSearchResult result;
  int values = 0, slopes = 0;
};

Search wolfe(const Function& f, double first_step, const WolfeOptions& options) {
  Search search;
  double at = 0;
  const auto value = [&](double step) {
    ++search.values;
    return f.value(at = step);
  };
  const auto slope = [&] {
    ++search.slopes;
    return f.slope(at);
  };
  search.result = strong_wolfe(value, slope, f.zero(), first_step, options);
  return search;
}

}  // namespace

TEST_CASE("strong_wolfe meets both conditions, from steps far too short and far too long") {
  for (const auto& [f, decrease, curvature] : {std::tuple(kRational, 1e-3, 0.1), std::tuple(kPower, 0.1, 0.1),
                                               std::tuple(kParabola, 1e-4, 0.9), std::tuple(kParabola, 0.1, 0.1)}) {
    for (const double first_step : {1e-3, 0.1, 1.0, 10.0, 1e3}) {
      CAPTURE(first_step);
      const Search search = wolfe(f, first_step, {.decrease = decrease, .curvature = curvature});
      const double step = search.result.step;
      CHECK(search.result.satisfied);
      CHECK(f.value(step) <= f.value(0) + decrease * step * f.slope(0));
      CHECK(std::abs(f.slope(step)) <= curvature * std::abs(f.slope(0)));
      CHECK(search.values <= 20);
      CHECK(search.slopes <= search.values);
    }
  }
}

TEST_CASE("strong_wolfe needs one step of a parabola's width, and two from elsewhere") {
  CHECK(wolfe(kParabola, 3, {.curvature = 0.1}).values == 1);
  const Search search = wolfe(kParabola, 24, {.decrease = 1e-8, .curvature = 1e-6});
  CHECK(search.values == 2);
  CHECK(search.slopes == 1);
  CHECK(search.result.step == doctest::Approx(3));
}

TEST_CASE("strong_wolfe comes back from where the function is not finite") {
  const Function f = {[](double a) { return -std::sqrt(1 - a) - a; },
                      [](double a) { return 0.5 / std::sqrt(1 - a) - 1; }};
  const Search search = wolfe(f, 64, {.curvature = 0.1});
  CHECK(search.result.satisfied);
  CHECK(search.result.step == doctest::Approx(0.75).epsilon(0.1));
}

TEST_CASE("strong_wolfe ends at the longest step where the function falls on and on") {
  const Function f = {[](double a) { return -a; }, [](double) { return -1.0; }};
  const Search search = wolfe(f, 1, {.max_step = 10});
  CHECK(search.result.step == 10);
  CHECK_FALSE(search.result.satisfied);
}

TEST_CASE("strong_wolfe gives step 0 where nothing is lower") {
  // A slope that is a lie.
  const Function f = {[](double a) { return a; }, [](double a) { return a == 0 ? -1.0 : 1.0; }};
  const Search search = wolfe(f, 1, {});
  CHECK(search.result.step == 0);
  CHECK_FALSE(search.result.satisfied);
}

TEST_CASE("backtracking shortens by interpolation until the decrease suffices") {
  std::vector<double> steps;
  const auto phi = [&](double step) {
    steps.push_back(step);
    return kParabola.value(step);
  };
  const LineSearchResult result = backtracking(phi, kParabola.zero(), 24);
  CHECK(result.satisfied);
  // The parabola through what is known has its minimum at 3, but a step is not shortened to less than a tenth.
  CHECK(steps == std::vector<double>{24, 3});
  CHECK(backtracking(kParabola.value, kParabola.zero(), 100).step == 3);
}

TEST_CASE("backtracking gives up") {
  const LineSearchResult result = backtracking([](double step) { return step; }, {0, -1}, 1, {.max_evaluations = 5});
  CHECK(result.step == 0);
  CHECK_FALSE(result.satisfied);
  const auto nan = [](double) { return std::numeric_limits<double>::quiet_NaN(); };
  CHECK_FALSE(backtracking(nan, {0, -1}, 1).satisfied);
}

TEST_CASE("line searches say what they cannot start from") {
  CHECK_THROWS_WITH_AS(backtracking(kParabola.value, {0, 1}, 1),
                       "backtracking: the slope at 0 is 1; wanted one below 0", Error);
  CHECK_THROWS_WITH_AS(wolfe(kParabola, -1, {}), "strong_wolfe: first_step = -1 must be above 0", Error);
  CHECK_THROWS_WITH_AS(backtracking(kParabola.value, {0, -1}, 1, {.max_evaluations = 0}),
                       "backtracking: max_evaluations = 0 must be at least 1", Error);
}
