// What the float64 formulas of one input are measured against: the C library in long double, where that has digits to
// spare.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/float32_reference.h"

namespace descent::kernels::reference {

/// A number as the sum of two, for arguments whose rounding an exponential would magnify.
struct LongPair {
  long double high, low;
};

inline LongPair product(long double a, LongPair b) {
  const long double high = a * b.high;
  return {high, std::fma(a, b.high, -high) + a * b.low};
}

inline LongPair sum(LongPair a, LongPair b) {
  const long double high = a.high + b.high, part = high - a.high;
  return {high, ((a.high - (high - part)) + (b.high - part)) + (a.low + b.low)};
}

/// x Phi(x).
inline long double precise_gelu(double x) {
  const LongPair y = product(x, {-0xb504f333f9de6484p-64L, -0xb2fb1366ea957d3ep-129L});  // -x / sqrt(2)
  const long double slope = -2 / std::sqrt(kPi<long double>) * std::exp(-y.high * y.high);
  return x * ((std::erfc(y.high) + slope * y.low) / 2);
}

/// x sigmoid(y), y = 2 sqrt(2 / pi) (x + 0.044715 x^3).
inline long double precise_gelu_tanh(double x) {
  if (std::abs(x) > 30) return x < 0 ? -0.0L : x;
  const LongPair cubic = product(x, product(x, {0x922279526c5a57a5p-67L, -0x843a29d1c7079669p-133L}));
  const LongPair y = product(x, sum({0xcc42299ea1b28468p-63L, 0xfcb3c500bab8e2ffp-128L}, cubic));
  const long double e = std::exp(-std::abs(y.high)) * (1 - std::copysign(y.low, y.low * y.high));
  return x * (x < 0 ? e : 1) / (1 + e);
}

inline long double value_of_double(Formula formula, double x) {
  if (std::isinf(x) || std::isnan(x)) return value<double>(formula, x);
  switch (formula) {
    case Formula::gelu:
      return precise_gelu(x);
    case Formula::gelu_tanh:
      return precise_gelu_tanh(x);
    default:
      return value<long double>(formula, x);
  }
}

/// The distance of a result to the exact one, in units of the last digit of the latter; infinite where one is NaN or
/// infinite and the other not, and where zeros differ in sign.
inline double error_in_ulp(Formula formula, double x, double result) {
  const long double exact = value_of_double(formula, x);
  const double expected = static_cast<double>(exact);
  constexpr double kWrongResult = std::numeric_limits<double>::infinity();
  if (std::isnan(result) || std::isnan(expected)) return std::isnan(result) && std::isnan(expected) ? 0 : kWrongResult;
  if (std::isinf(result) || std::isinf(expected)) return result == expected ? 0 : kWrongResult;
  if (result == 0 && expected == 0) return std::signbit(result) == std::signbit(expected) ? 0 : kWrongResult;
  int exponent;
  std::frexp(exact, &exponent);
  constexpr int kLeast = std::numeric_limits<double>::min_exponent;
  return static_cast<double>(std::abs(result - exact) / std::ldexp(1.0L, (exponent > kLeast ? exponent : kLeast) -
                                                                             std::numeric_limits<double>::digits));
}

}  // namespace descent::kernels::reference
