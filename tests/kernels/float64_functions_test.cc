#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/evaluate.h"
#include "kernels/float64_reference.h"
#include "kernels/kernel_table.h"
#include "kernels/targets.h"

using namespace descent;
using namespace descent::kernels;

namespace {

struct Bound {
  Formula formula;
  double ulp;
};

// docs/accuracy.md has what they are off by.
constexpr Bound kBounds[] = {
    {Formula::exp, 1.25},  {Formula::exp2, 1.25},   {Formula::expm1, 1.5},    {Formula::log, 1},
    {Formula::log2, 1},    {Formula::log10, 1},     {Formula::log1p, 1},      {Formula::tanh, 1.5},
    {Formula::sigmoid, 1}, {Formula::silu, 1},      {Formula::softplus, 1.5}, {Formula::log_sigmoid, 1.5},
    {Formula::gelu, 3.5},  {Formula::gelu_tanh, 1}, {Formula::erf, 1.25},     {Formula::erfc, 3.25},
    {Formula::sinh, 1},    {Formula::cosh, 1},      {Formula::sin, 1.25},     {Formula::cos, 1.25},
    {Formula::tan, 1.5},   {Formula::cbrt, 0.75},
};

std::vector<std::int64_t> all_targets() {
  std::vector<std::int64_t> found;
  for (const char* name : {"AVX3", "AVX2", "SSE2", "NEON"}) {
    if (target_named(name) != 0) found.push_back(target_named(name));
  }
  return found;
}

/// Random doubles of every exponent and of the usual ones, and the neighbours of what is special to some function.
std::vector<double> samples() {
  std::vector<double> found;
  std::mt19937_64 generator(20);
  const auto uniform = [&] { return static_cast<double>(generator() >> 11) * 0x1p-53; };
  for (int i = 0; i < 3000; ++i) {
    const double sign = i % 2 == 0 ? 1 : -1;
    found.push_back(std::bit_cast<double>(generator()));
    found.push_back(sign * 2 * uniform());
    found.push_back(sign * 40 * uniform());
    found.push_back(sign * 760 * uniform());
    found.push_back(sign * std::exp(-40 + 60 * uniform()));
    found.push_back(1 + sign * std::exp(-36 * uniform()));
  }
  for (const double center : {0.0,
                              std::numeric_limits<double>::min(),
                              0x1p-54,
                              0x1p-30,
                              0.34657359027997264,
                              0.5,
                              0.6,
                              1.0,
                              1.4142135623730951,
                              0.7071067811865476,
                              6.0,
                              19.06,
                              20.0,
                              21.6,
                              26.543,
                              27.226,
                              27.3,
                              36.7,
                              38.48,
                              38.7,
                              708.0,
                              709.782712893384,
                              710.4758600739439,
                              744.4400719213812,
                              745.1332191019412,
                              746.0,
                              755.0,
                              1022.0,
                              1024.0,
                              1074.0,
                              1075.0,
                              0x1p30,
                              1.5707963267948966,
                              3.141592653589793,
                              0x1.921fb54442d18p+29,
                              1e22,
                              std::numeric_limits<double>::infinity()}) {
    for (std::uint64_t i = 0; i < 9; ++i) {
      const double x = std::bit_cast<double>(std::bit_cast<std::uint64_t>(center) + i - (center == 0 ? 0 : 4));
      found.push_back(x);
      found.push_back(-x);
    }
  }
  return found;
}

double at(Formula formula, double x) {
  const Operand in{&x, 1};
  double out;
  elementwise(formula, float64)(&in, &out, 1);
  return out;
}

}  // namespace

TEST_CASE("float64 formulas over lanes are within their bound of the exact result" *
          doctest::skip(std::numeric_limits<long double>::digits <= std::numeric_limits<double>::digits)) {
  const std::vector<double> x = samples();
  for (const Bound& bound : kBounds) {
    std::vector<std::vector<double>> results;
    for (const std::int64_t target : all_targets()) {
      const Operand in{x.data(), 1};
      results.emplace_back(x.size());
      elementwise_of_target(bound.formula, float64, target)(&in, results.back().data(), static_cast<Int>(x.size()));
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
      for (const std::vector<double>& out : results) {
        const double error = reference::error_in_ulp(bound.formula, x[i], out[i]);
        if (!(error <= bound.ulp))
          FAIL_CHECK(std::string(info_of(bound.formula).name), "(", x[i], ") is ", out[i], ", off by ", error, " ulp");
      }
    }
  }
}

TEST_CASE("exact results of float64 functions") {
  for (int n = -1074; n < 1024; ++n) {
    const double power = std::ldexp(1.0, n);
    CHECK(at(Formula::exp2, n) == power);
    CHECK(at(Formula::log2, power) == n);
  }
  for (int n = 0; n <= 22; ++n) CHECK(at(Formula::log10, std::pow(10.0, n)) == n);
  for (const Formula odd :
       {Formula::expm1, Formula::log1p, Formula::tanh, Formula::sinh, Formula::sin, Formula::tan, Formula::erf}) {
    for (const double zero : {0.0, -0.0}) CHECK(std::signbit(at(odd, zero)) == std::signbit(zero));
  }
  CHECK(at(Formula::exp, 0) == 1);
  CHECK(at(Formula::cosh, 0) == 1);
  CHECK(at(Formula::cos, 0) == 1);
  CHECK(at(Formula::log, 1) == 0);
  CHECK(at(Formula::sigmoid, 0) == 0.5);
  CHECK(at(Formula::tanh, 20) == 1);
  CHECK(at(Formula::erf, -7) == -1);
}

TEST_CASE("float64 logaddexp is within 2 ulp of the larger part") {
  std::mt19937_64 generator(21);
  const auto uniform = [&] { return static_cast<double>(generator() >> 11) * 0x1p-53; };
  for (int i = 0; i < 20000; ++i) {
    const double a = 100 * (uniform() - 0.5), b = a + 80 * (uniform() - 0.5);
    const long double high = std::fmax(a, b);
    const long double exact = high + std::log1p(std::exp(-std::abs(static_cast<long double>(a) - b)));
    const double larger = std::fmax(std::abs(a), std::abs(b));
    CHECK(std::abs(of(Formula::logaddexp, a, b) - exact) <= 2 * std::fmax(larger, 0.7) * 0x1p-53);
  }
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(of(Formula::logaddexp, infinity, infinity) == infinity);
  CHECK(of(Formula::logaddexp, -infinity, -infinity) == -infinity);
  CHECK(of(Formula::logaddexp, -infinity, 3.0) == 3);
  CHECK(of(Formula::logaddexp, infinity, -infinity) == infinity);
  CHECK(std::isnan(of(Formula::logaddexp, std::nan(""), 1.0)));
  CHECK(std::isnan(of(Formula::logaddexp, infinity, std::nan(""))));
}
