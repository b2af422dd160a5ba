// The 35 test problems of Moré, Garbow and Hillstrom, "Testing unconstrained optimization software", ACM TOMS 7 (1981),
// which are TOMS 566, in Descent's tensor functions: residuals whose sum of squares is to be minimised. The numbers of
// variables and residuals that the paper leaves open are those of tests/golden/minimize.py. The residuals of problem 11
// are the corrected ones of TOMS 566.
#pragma once

#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "descent/create.h"
#include "descent/ops.h"

namespace more_garbow_hillstrom {

using namespace descent;

struct TestProblem {
  std::string name;
  Tensor start;  // float64
  std::function<Tensor(const Tensor& x)> residuals;

  Tensor objective(const Tensor& x) const { return sum(square(residuals(x))); }
};

inline Tensor vector(const std::vector<double>& values) { return tensor(values); }
/// 1, 2, ..., n.
inline Tensor count_to(std::int64_t n) { return arange(1, n + 1).to(float64); }
/// a_j + ... for the polynomial's powers: [t^0, t^1, ..., t^(n-1)] of each t, [t, n].
inline Tensor powers(const Tensor& t, std::int64_t n) { return pow(t.unsqueeze(1), arange(n).to(float64)); }
/// x[i-1] and x[i+1], 0 beyond the ends.
inline Tensor left_of(const Tensor& x) { return cat({zeros(1, {.dtype = float64}), x(Slice(0, -1))}); }
inline Tensor right_of(const Tensor& x) { return cat({x(Slice(1)), zeros(1, {.dtype = float64})}); }

inline Tensor helical_angle(const Tensor& x) {
  const Tensor angle = atan(x[1] / x[0]) / (2 * std::numbers::pi);
  return where(x[0] < 0, angle + 0.5, angle);
}

inline Tensor chebyquad(const Tensor& x) {
  const std::int64_t n = x.size(0);
  const Tensor y = 2 * x - 1;
  Tensor before = ones_like(y), now = y;
  std::vector<Tensor> residuals;
  for (std::int64_t i = 1; i <= n; ++i) {
    const double integral = i % 2 == 0 ? -1.0 / static_cast<double>(i * i - 1) : 0;
    residuals.push_back(mean(now) - integral);
    const Tensor next = 2 * y * now - before;
    before = now;
    now = next;
  }
  return stack(residuals);
}

/// Whether j is among the neighbours of i in Broyden's banded function, as [n, n] of 0 and 1.
inline Tensor broyden_band(std::int64_t n) {
  const Tensor all = ones({n, n}, {.dtype = float64});
  return tril(triu(all, -5), 1) - eye(n, {.dtype = float64});
}

inline std::vector<TestProblem> problems() {
  const double root10 = std::sqrt(10.0);
  const double penalty = std::sqrt(1e-5);
  const Tensor bard_y = vector({.14, .18, .22, .25, .29, .32, .35, .39, .37, .58, .73, .96, 1.34, 2.10, 4.39});
  const Tensor gaussian_y =
      vector({.0009, .0044, .0175, .0540, .1295, .2420, .3521, .3989, .3521, .2420, .1295, .0540, .0175, .0044, .0009});
  const Tensor meyer_y =
      vector({34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872});
  const Tensor kowalik_y = vector({.1957, .1947, .1735, .1600, .0844, .0627, .0456, .0342, .0323, .0235, .0246});
  const Tensor kowalik_u = vector({4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625});
  const Tensor osborne1_y =
      vector({.844, .908, .932, .936, .925, .908, .881, .850, .818, .784, .751, .718, .685, .658, .628, .603, .580,
              .558, .538, .522, .506, .490, .478, .467, .457, .448, .438, .431, .424, .420, .414, .411, .406});
  const Tensor osborne2_y =
      vector({1.366, 1.191, 1.112, 1.013, .991, .885, .831, .847, .786, .725, .746, .679, .608, .655, .616, .606, .602,
              .626,  .651,  .724,  .649,  .649, .694, .644, .624, .661, .612, .558, .533, .495, .500, .423, .395, .375,
              .372,  .391,  .396,  .405,  .428, .429, .523, .562, .607, .653, .672, .708, .633, .668, .645, .632, .591,
              .559,  .597,  .625,  .739,  .710, .729, .720, .636, .581, .428, .292, .162, .098, .054});

  std::vector<TestProblem> all;
  const auto add = [&](const char* name, const Tensor& start, std::function<Tensor(const Tensor&)> residuals) {
    all.push_back({name, start, std::move(residuals)});
  };

  add("Rosenbrock", vector({-1.2, 1}), [](const Tensor& x) { return stack({10 * (x[1] - square(x[0])), 1 - x[0]}); });
  add("Freudenstein and Roth", vector({0.5, -2}), [](const Tensor& x) {
    return stack({-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1], -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]});
  });
  add("Powell badly scaled", vector({0, 1}), [](const Tensor& x) {
    return stack({1e4 * x[0] * x[1] - 1, exp(-x[0]) + exp(-x[1]) - 1.0001});
  });
  add("Brown badly scaled", vector({1, 1}), [](const Tensor& x) {
    return stack({x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2});
  });
  add("Beale", vector({1, 1}), [](const Tensor& x) {
    return vector({1.5, 2.25, 2.625}) - x[0] * (1 - pow(x[1], count_to(3)));
  });
  add("Jennrich and Sampson", vector({0.3, 0.4}), [](const Tensor& x) {
    const Tensor i = count_to(10);
    return 2 + 2 * i - (exp(i * x[0]) + exp(i * x[1]));
  });
  add("helical valley", vector({-1, 0, 0}), [](const Tensor& x) {
    return stack({10 * (x[2] - 10 * helical_angle(x)), 10 * (sqrt(square(x[0]) + square(x[1])) - 1), x[2]});
  });
  add("Bard", vector({1, 1, 1}), [=](const Tensor& x) {
    const Tensor u = count_to(15), v = 16 - u;
    return bard_y - (x[0] + u / (v * x[1] + minimum(u, v) * x[2]));
  });
  add("Gaussian", vector({0.4, 1, 0}), [=](const Tensor& x) {
    const Tensor t = (8 - count_to(15)) / 2;
    return x[0] * exp(-x[1] * square(t - x[2]) / 2) - gaussian_y;
  });
  add("Meyer", vector({0.02, 4000, 250}), [=](const Tensor& x) {
    const Tensor t = 45 + 5 * count_to(16);
    return x[0] * exp(x[1] / (t + x[2])) - meyer_y;
  });
  add("Gulf", vector({5, 2.5, 0.15}), [](const Tensor& x) {
    const Tensor t = count_to(99) / 100;
    const Tensor y = 25 + pow(-50 * log(t), 2.0 / 3);
    return exp(-pow(abs(y - x[1]), x[2]) / x[0]) - t;
  });
  add("Box three-dimensional", vector({0, 10, 20}), [](const Tensor& x) {
    const Tensor t = 0.1 * count_to(10);
    return exp(-t * x[0]) - exp(-t * x[1]) - x[2] * (exp(-t) - exp(-10 * t));
  });
  add("Powell singular", vector({3, -1, 0, 1}), [=](const Tensor& x) {
    return stack(
        {x[0] + 10 * x[1], std::sqrt(5.0) * (x[2] - x[3]), square(x[1] - 2 * x[2]), root10 * square(x[0] - x[3])});
  });
  add("Wood", vector({-3, -1, -3, -1}), [=](const Tensor& x) {
    return stack({10 * (x[1] - square(x[0])), 1 - x[0], std::sqrt(90.0) * (x[3] - square(x[2])), 1 - x[2],
                  root10 * (x[1] + x[3] - 2), (x[1] - x[3]) / root10});
  });
  add("Kowalik and Osborne", vector({0.25, 0.39, 0.415, 0.39}), [=](const Tensor& x) {
    const Tensor& u = kowalik_u;
    return kowalik_y - x[0] * (square(u) + u * x[1]) / (square(u) + u * x[2] + x[3]);
  });
  add("Brown and Dennis", vector({25, 5, -5, -1}), [](const Tensor& x) {
    const Tensor t = count_to(20) / 5;
    return square(x[0] + t * x[1] - exp(t)) + square(x[2] + x[3] * sin(t) - cos(t));
  });
  add("Osborne 1", vector({0.5, 1.5, -1, 0.01, 0.02}), [=](const Tensor& x) {
    const Tensor t = 10 * (count_to(33) - 1);
    return osborne1_y - (x[0] + x[1] * exp(-t * x[3]) + x[2] * exp(-t * x[4]));
  });
  add("Biggs EXP6", vector({1, 2, 1, 1, 1, 1}), [](const Tensor& x) {
    const Tensor t = 0.1 * count_to(13);
    const Tensor y = exp(-t) - 5 * exp(-10 * t) + 3 * exp(-4 * t);
    return x[2] * exp(-t * x[0]) - x[3] * exp(-t * x[1]) + x[5] * exp(-t * x[4]) - y;
  });
  add("Osborne 2", vector({1.3, .65, .65, .7, .6, 3, 5, 7, 2, 4.5, 5.5}), [=](const Tensor& x) {
    const Tensor t = (count_to(65) - 1) / 10;
    return osborne2_y - (x[0] * exp(-t * x[4]) + x[1] * exp(-square(t - x[8]) * x[5]) +
                         x[2] * exp(-square(t - x[9]) * x[6]) + x[3] * exp(-square(t - x[10]) * x[7]));
  });
  add("Watson", zeros(6, {.dtype = float64}), [](const Tensor& x) {
    const Tensor t = powers(count_to(29) / 29, 6);
    const Tensor slope = matmul(t(Ellipsis, Slice(0, 5)), count_to(5) * x(Slice(1)));
    const Tensor rest = stack({x[0], x[1] - square(x[0]) - 1});
    return cat({slope - square(matmul(t, x)) - 1, rest});
  });
  add("extended Rosenbrock", tensor({-1.2, 1.0, -1.2, 1.0, -1.2, 1.0, -1.2, 1.0, -1.2, 1.0}, {.dtype = float64}),
      [](const Tensor& x) {
        const Tensor odd = x(Slice(0, Slice::kEnd, 2)), even = x(Slice(1, Slice::kEnd, 2));
        return cat({10 * (even - square(odd)), 1 - odd});
      });
  add("extended Powell singular", vector({3, -1, 0, 1, 3, -1, 0, 1, 3, -1, 0, 1}), [=](const Tensor& x) {
    const Tensor y = x.reshape({-1, 4}).t();
    return cat(
        {y[0] + 10 * y[1], std::sqrt(5.0) * (y[2] - y[3]), square(y[1] - 2 * y[2]), root10 * square(y[0] - y[3])});
  });
  add("penalty I", count_to(10), [=](const Tensor& x) {
    return cat({penalty * (x - 1), sum(square(x), 0, true) - 0.25});
  });
  add("penalty II", full(10, 0.5, {.dtype = float64}), [=](const Tensor& x) {
    const Tensor e = exp(x / 10), i = count_to(10);
    const Tensor y = exp(i / 10) + exp((i - 1) / 10);
    return cat({x(Slice(0, 1)) - 0.2, penalty * (e(Slice(1)) + e(Slice(0, -1)) - y(Slice(1))),
                penalty * (e(Slice(1)) - std::exp(-0.1)), sum((11 - i) * square(x), 0, true) - 1});
  });
  add("variably dimensioned", 1 - count_to(10) / 10, [](const Tensor& x) {
    const Tensor s = sum(count_to(10) * (x - 1), 0, true);
    return cat({x - 1, s, square(s)});
  });
  add("trigonometric", full(10, 0.1, {.dtype = float64}),
      [](const Tensor& x) { return 10 - sum(cos(x)) + count_to(10) * (1 - cos(x)) - sin(x); });
  add("Brown almost-linear", full(10, 0.5, {.dtype = float64}), [](const Tensor& x) {
    return cat({x(Slice(0, -1)) + sum(x) - 11, (prod(x) - 1).unsqueeze(0)});
  });
  const Tensor t10 = count_to(10) / 11;
  add("discrete boundary value", t10 * (t10 - 1),
      [=](const Tensor& x) { return 2 * x - left_of(x) - right_of(x) + pow(x + t10 + 1, 3) / (2 * 121); });
  add("discrete integral equation", t10 * (t10 - 1), [=](const Tensor& x) {
    const Tensor cubes = pow(x + t10 + 1, 3);
    const Tensor up_to = cumsum(t10 * cubes, 0), all = (1 - t10) * cubes;
    const Tensor beyond = sum(all) - cumsum(all, 0);
    return x + ((1 - t10) * up_to + t10 * beyond) / (2 * 11);
  });
  add("Broyden tridiagonal", full(10, -1.0, {.dtype = float64}),
      [](const Tensor& x) { return (3 - 2 * x) * x - left_of(x) - 2 * right_of(x) + 1; });
  add("Broyden banded", full(10, -1.0, {.dtype = float64}),
      [](const Tensor& x) { return x * (2 + 5 * square(x)) + 1 - matmul(broyden_band(10), x * (1 + x)); });
  add("linear, full rank", ones(10, {.dtype = float64}), [](const Tensor& x) {
    return cat({x, zeros(10, {.dtype = float64})}) - 0.1 * sum(x) - 1;
  });
  add("linear, rank 1", ones(10, {.dtype = float64}),
      [](const Tensor& x) { return count_to(20) * sum(count_to(10) * x) - 1; });
  add("linear, rank 1 with zero columns and rows", ones(10, {.dtype = float64}), [](const Tensor& x) {
    const Tensor s = sum((count_to(10) * x)(Slice(1, -1)));
    const Tensor factor = cat({arange(19).to(float64), zeros(1, {.dtype = float64})});
    return factor * s - 1;
  });
  add("Chebyquad", count_to(8) / 9, chebyquad);
  return all;
}

}  // namespace more_garbow_hillstrom
