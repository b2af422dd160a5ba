#include "descent/minimize/known_function.h"

#include <doctest/doctest.h>

#include "descent/create.h"
#include "descent/derivatives.h"
#include "descent/linalg.h"
#include "descent/ops.h"
#include "error_of.h"

using namespace descent;

TEST_CASE("at its minima a known function has the value said, no slope, and bends upwards") {
  for (const KnownFunction& function : known_functions()) {
    CAPTURE(function.name);
    REQUIRE(!function.minima.empty());
    REQUIRE(function.start.size() == function.window.size());
    CHECK(function.minima.front().value == doctest::Approx(0).epsilon(1e-12));
    double before = 0;
    for (const KnownFunction::Minimum& minimum : function.minima) {
      const Tensor at = tensor(minimum.at);
      CHECK(function.value(at).item<double>() == minimum.value);
      CHECK(minimum.value >= before);
      before = minimum.value;
      CHECK(max(abs(grad(function.value)(at))).item<double>() < 1e-12);
      CHECK(min(linalg::eigvalsh(hessian(function.value, at))).item<double>() > 0.1);
      for (std::size_t i = 0; i < minimum.at.size(); ++i) {
        CHECK(minimum.at[i] > function.window[i].low);
        CHECK(minimum.at[i] < function.window[i].high);
      }
    }
  }
}

TEST_CASE("values of known functions") {
  const auto value = [](const char* name, const std::vector<double>& x) {
    return find_known_function(name).value(tensor(x)).item<double>();
  };
  CHECK(value("two_valleys", {-1}) == doctest::Approx(2.25));
  CHECK(value("two_valleys", {0}) == doctest::Approx(8.0 / 3));
  CHECK(value("rosenbrock", {-1.2, 1}) == doctest::Approx(24.2));
  CHECK(value("himmelblau", {0, 0}) == doctest::Approx(170));
  CHECK(value("rastrigin", {0.5, 1}) == doctest::Approx(21.25));
  CHECK(value("beale", {0, 0}) == doctest::Approx(14.203125));
  CHECK(value("saddle", {0, 0}) == doctest::Approx(0.25));
  CHECK(find_known_function("rastrigin").minima.size() == 121);
}

TEST_CASE("a point lies in the valley that the way straight down leads to") {
  const KnownFunction& two = find_known_function("two_valleys");
  CHECK(valley_of(two, {-2})->at == std::vector<double>{-1});
  CHECK(valley_of(two, {-0.1})->at == std::vector<double>{-1});
  CHECK(valley_of(two, {0.1})->at == std::vector<double>{2});
  CHECK(valley_of(two, {0}) == nullptr);
  CHECK(valley_of(find_known_function("saddle"), {0.5, 0}) == nullptr);
  CHECK(valley_of(find_known_function("saddle"), {0.5, -0.5})->at == std::vector<double>{0, -1});
  CHECK(valley_of(find_known_function("rastrigin"), {0.4, -0.4})->value == 0);
  CHECK(valley_of(find_known_function("rastrigin"), {0.6, 0})->at[0] == doctest::Approx(0.99496).epsilon(1e-4));
}

TEST_CASE("a function that there is not") {
  CHECK(error_of([] { find_known_function("rosenbrok"); }) ==
        "there is no function 'rosenbrok'; did you mean 'rosenbrock'?");
  CHECK(error_of([] { find_known_function("q"); }) ==
        "there is no function 'q'; there are two_valleys, rosenbrock, himmelblau, rastrigin, beale, saddle");
}
