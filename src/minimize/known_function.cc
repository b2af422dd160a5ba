#include "descent/minimize/known_function.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "descent/create.h"
#include "descent/derivatives.h"
#include "descent/ops.h"
#include "descent/text.h"

namespace descent {

namespace {

using Minimum = KnownFunction::Minimum;

Tensor two_valleys(const Tensor& x) {
  const Tensor w = x[0], w2 = square(w);
  return square(w2) / 4 - w2 * w / 3 - w2 + 8.0 / 3;
}

Tensor rosenbrock(const Tensor& x) { return square(1 - x[0]) + 100 * square(x[1] - square(x[0])); }

Tensor himmelblau(const Tensor& x) { return square(square(x[0]) + x[1] - 11) + square(x[0] + square(x[1]) - 7); }

Tensor rastrigin(const Tensor& x) { return sum(square(x) - 10 * cos(2 * std::numbers::pi * x) + 10); }

Tensor beale(const Tensor& x) {
  const Tensor y = x[1], y2 = square(y);
  return square(1.5 - x[0] * (1 - y)) + square(2.25 - x[0] * (1 - y2)) + square(2.625 - x[0] * (1 - y2 * y));
}

Tensor saddle(const Tensor& x) { return square(x[0]) / 2 + square(square(x[1]) - 1) / 4; }

double value_at(const KnownFunction& function, const std::vector<double>& point) {
  return function.value(tensor(point)).item<double>();
}

/// The dents of rastrigin along one axis: where 2 x + 20 pi sin(2 pi x) = 0, near the whole numbers.
std::vector<double> dents(ValueRange window) {
  std::vector<double> result;
  for (double x = std::ceil(window.low); x <= window.high; ++x) {
    constexpr double kTwoPi = 2 * std::numbers::pi;
    double root = x;
    for (int newton = 0; newton < 20; ++newton)
      root -= (2 * root + 10 * kTwoPi * std::sin(kTwoPi * root)) / (2 + 10 * kTwoPi * kTwoPi * std::cos(kTwoPi * root));
    result.push_back(root);
  }
  return result;
}

std::vector<KnownFunction> make_known_functions() {
  std::vector<KnownFunction> functions = {
      {.name = "two_valleys",
       .formula = "w^4 / 4 - w^3 / 3 - w^2 + 8 / 3",
       .value = two_valleys,
       .minima = {{{2}}, {{-1}}},
       .start = {-2},
       .window = {{-2.3, 3.1}}},
      {.name = "rosenbrock",
       .formula = "(1 - x)^2 + 100 (y - x^2)^2",
       .value = rosenbrock,
       .minima = {{{1, 1}}},
       .start = {-1.2, 1},
       .window = {{-2, 2}, {-1, 3}}},
      {.name = "himmelblau",
       .formula = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
       .value = himmelblau,
       .minima = {{{3, 2}},
                  {{-2.805118086952745, 3.131312518250573}},
                  {{-3.779310253377747, -3.283185991286170}},
                  {{3.584428340330492, -1.848126526964404}}},
       .start = {0, 0},
       .window = {{-6, 6}, {-6, 6}}},
      {.name = "rastrigin",
       .formula = "x^2 - 10 cos(2 pi x) + 10 + y^2 - 10 cos(2 pi y) + 10",
       .value = rastrigin,
       .minima = {},
       .start = {3.3, -2.4},
       .window = {{-5.12, 5.12}, {-5.12, 5.12}}},
      {.name = "beale",
       .formula = "(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
       .value = beale,
       .minima = {{{3, 0.5}}},
       .start = {1, 1.5},
       .window = {{-1, 4.5}, {-2, 2}}},
      {.name = "saddle",
       .formula = "x^2 / 2 + (y^2 - 1)^2 / 4",
       .value = saddle,
       .minima = {{{0, 1}}, {{0, -1}}},
       .start = {1.5, 0.001},
       .window = {{-2, 2}, {-2, 2}}},
  };
  for (KnownFunction& function : functions) {
    if (function.minima.empty()) {
      for (const double x : dents(function.window[0])) {
        for (const double y : dents(function.window[1])) function.minima.push_back({{x, y}});
      }
    }
    for (Minimum& minimum : function.minima) minimum.value = value_at(function, minimum.at);
    std::stable_sort(function.minima.begin(), function.minima.end(),
                     [](const Minimum& a, const Minimum& b) { return a.value < b.value; });
  }
  return functions;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

}  // namespace

const std::vector<KnownFunction>& known_functions() {
  static const std::vector<KnownFunction> functions = make_known_functions();
  return functions;
}

const KnownFunction& find_known_function(std::string_view name) {
  std::vector<std::string> names;
  for (const KnownFunction& function : known_functions()) {
    if (function.name == name) return function;
    names.emplace_back(function.name);
  }
  std::string hint = suggestion(name, names);
  if (hint.empty()) {
    for (const std::string& known : names) hint += (hint.empty() ? "; there are " : ", ") + known;
  }
  fail("there is no function ", in_quotes(name), hint);
}

std::vector<std::string_view> known_function_names() {
  std::vector<std::string_view> names;
  for (const KnownFunction& function : known_functions()) names.push_back(function.name);
  return names;
}

const Minimum* valley_of(const KnownFunction& function, const std::vector<double>& point) {
  // In parts of the window: a step, and how near to a minimum is there. Dents of rastrigin are a tenth apart.
  constexpr double kStep = 0.002, kNear = 0.02;
  constexpr int kMostSteps = 5000;
  const double size = function.window[0].high - function.window[0].low;
  std::vector<double> at = point;
  for (int step = 0; step < kMostSteps; ++step) {
    for (const Minimum& minimum : function.minima) {
      if (distance(at, minimum.at) < kNear * size) return &minimum;
    }
    const std::vector<double> slope = grad(function.value)(tensor(at)).to_vector<double>();
    const double norm = distance(slope, std::vector<double>(slope.size()));
    if (!(norm > 0) || !std::isfinite(norm)) return nullptr;
    for (std::size_t i = 0; i < at.size(); ++i) at[i] -= kStep * size * slope[i] / norm;
  }
  return nullptr;
}

}  // namespace descent
