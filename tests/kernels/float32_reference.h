// What the float32 formulas of one input are measured against: the C library in double, or in long double where the
// double lies too close to the middle between two floats to tell which is nearer.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "kernels/elementwise.h"

namespace descent::kernels::reference {

template <class R>
inline constexpr R kPi = static_cast<R>(3.14159265358979323846264338327950288L);

template <class R>
R sigmoid(R x) {
  const R e = std::exp(-std::abs(x));
  return (x < 0 ? e : R(1)) / (1 + e);
}

template <class R>
R softplus(R x) {
  return std::fmax(x, R(0)) + std::log1p(std::exp(-std::abs(x)));
}

template <class R>
R gelu_tanh_argument(R x) {
  return 2 * std::sqrt(2 / kPi<R>) * (x + R(0.044715L) * x * x * x);
}

/// Newton's method on the C library's erf, from a start that takes a handful of steps.
template <class R>
R erfinv(R y) {
  const R a = std::abs(y);
  if (!(a < 1))
    return a == 1 ? std::copysign(std::numeric_limits<R>::infinity(), y) : std::numeric_limits<R>::quiet_NaN();
  R x = a < R(0.9) ? a : std::sqrt(-std::log(1 - a));
  for (int i = 0; i < 60; ++i) {
    const R excess = a < R(0.5) ? std::erf(x) - a : (1 - a) - std::erfc(x);
    const R newton = excess * std::sqrt(kPi<R>) / 2 * std::exp(x * x);
    const R step = newton / (1 + x * newton);
    x -= step;
    if (std::abs(step) <= std::abs(x) * std::numeric_limits<R>::epsilon() * 4) break;
  }
  return std::copysign(x, y);
}

/// Recurrence up to 24, then the asymptotic series. Good to 2^-34 away from the roots, where the sums cancel.
template <class R>
R digamma(R x) {
  if (x == 0) return std::copysign(std::numeric_limits<R>::infinity(), -x);
  if (x < 0) {
    if (x == std::floor(x)) return std::numeric_limits<R>::quiet_NaN();
    return digamma(1 - x) - kPi<R> / std::tan(kPi<R> * (x - std::nearbyint(x)));
  }
  R sum = 0;
  for (; x < 24; ++x) sum -= 1 / x;
  const R z = 1 / (x * x);
  constexpr R kTerms[] = {R(1.0L / 12),  R(-1.0L / 120),     R(1.0L / 252), R(-1.0L / 240),
                          R(1.0L / 132), R(-691.0L / 32760), R(1.0L / 12),  R(-3617.0L / 8160)};
  R series = 0;
  for (int k = 7; k >= 0; --k) series = (series + kTerms[k]) * z;
  return sum + (std::log(x) - 1 / (2 * x) - series);
}

template <class R>
R log_gamma(R x) {
  int sign;
  if constexpr (sizeof(R) == sizeof(double))
    return ::lgamma_r(x, &sign);
  else
    return ::lgammal_r(x, &sign);
}

template <class R>
R value(Formula formula, R x) {
  switch (formula) {
    case Formula::reciprocal:
      return 1 / x;
    case Formula::sqrt:
      return std::sqrt(x);
    case Formula::rsqrt:
      return 1 / std::sqrt(x);
    case Formula::cbrt:
      return std::cbrt(x);
    case Formula::exp:
      return std::exp(x);
    case Formula::exp2:
      return std::exp2(x);
    case Formula::expm1:
      return std::expm1(x);
    case Formula::log:
      return std::log(x);
    case Formula::log2:
      return std::log2(x);
    case Formula::log10:
      return std::log10(x);
    case Formula::log1p:
      return std::log1p(x);
    case Formula::sin:
      return std::sin(x);
    case Formula::cos:
      return std::cos(x);
    case Formula::tan:
      return std::tan(x);
    case Formula::asin:
      return std::asin(x);
    case Formula::acos:
      return std::acos(x);
    case Formula::atan:
      return std::atan(x);
    case Formula::sinh:
      return std::sinh(x);
    case Formula::cosh:
      return std::cosh(x);
    case Formula::tanh:
      return std::tanh(x);
    case Formula::asinh:
      return std::asinh(x);
    case Formula::acosh:
      return std::acosh(x);
    case Formula::atanh:
      return std::atanh(x);
    case Formula::sigmoid:
      return sigmoid(x);
    case Formula::log_sigmoid:
      return -softplus(-x);
    case Formula::silu:
      return x == -std::numeric_limits<R>::infinity() ? R(-0.0) : x * sigmoid(x);
    case Formula::gelu:
      return x == -std::numeric_limits<R>::infinity() ? R(-0.0) : x * (std::erfc(-x / std::sqrt(R(2))) / 2);
    case Formula::gelu_tanh:
      return x == -std::numeric_limits<R>::infinity() ? R(-0.0) : x * sigmoid(gelu_tanh_argument(x));
    case Formula::softplus:
      return softplus(x);
    case Formula::erf:
      return std::erf(x);
    case Formula::erfc:
      return std::erfc(x);
    case Formula::erfinv:
      return erfinv(x);
    case Formula::lgamma:
      return log_gamma(x);
    case Formula::digamma:
      return digamma(x);
    default:
      return std::numeric_limits<R>::quiet_NaN();
  }
}

/// Neighbouring floats are neighbouring integers; the zeros are one.
inline std::int64_t ordinal(float x) {
  const std::int32_t bits = std::bit_cast<std::int32_t>(x);
  return bits >= 0 ? bits : -static_cast<std::int64_t>(bits & 0x7fffffff);
}

/// Whether the error of the reference in double could round it to another float.
inline bool undecided(Formula formula, double exact) {
  if (!std::isfinite(exact)) return false;
  const bool cancels = formula == Formula::digamma;
  if (cancels && std::abs(exact) < 1e-3) return true;
  const float rounded = static_cast<float>(exact);
  const double margin = std::abs(exact) * (cancels ? 0x1p-34 : 0x1p-50);
  return static_cast<float>(exact - margin) != rounded || static_cast<float>(exact + margin) != rounded;
}

inline constexpr std::int64_t kWrong = std::numeric_limits<std::int32_t>::max();  // NaN or the sign of a zero differs

inline std::int64_t distance(Formula formula, float x, float result) {
  const double approximate = value<double>(formula, x);
  const float expected = undecided(formula, approximate) ? static_cast<float>(value<long double>(formula, x))
                                                         : static_cast<float>(approximate);
  if (std::isnan(result) || std::isnan(expected)) return std::isnan(result) && std::isnan(expected) ? 0 : kWrong;
  if (result == 0 && expected == 0 && std::signbit(result) != std::signbit(expected)) return kWrong;
  return std::abs(ordinal(result) - ordinal(expected));
}

}  // namespace descent::kernels::reference
