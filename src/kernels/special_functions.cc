#include "kernels/special_functions.h"

#include <math.h>

#include <cmath>
#include <limits>

namespace descent::kernels {
namespace {

constexpr double kPi = 3.141592653589793;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double erfinv(double y) {
  const double a = std::fabs(y);
  if (!(a < 1)) return a == 1 ? std::copysign(kInfinity, y) : kNaN;
  constexpr double kSlope = 0.8862269254527580;  // sqrt(pi) / 2, the slope at 0
  if (a < 1e-8) return y * kSlope;
  // Winitzki's approximation, good to two digits, then Halley's method: each step triples the digits.
  const double tail = 1 - a;
  const double logarithm = std::log(tail * (1 + a));
  const double middle = 2 / (kPi * 0.147) + logarithm / 2;
  double x = std::sqrt(std::sqrt(middle * middle - logarithm / 0.147) - middle);
  for (int step = 0; step < 3; ++step) {
    // Whichever of erf and erfc is the smaller has the relative accuracy.
    const double excess = a < 0.5 ? std::erf(x) - a : tail - std::erfc(x);
    const double newton = excess * kSlope * std::exp(x * x);
    x -= newton / (1 + x * newton);
  }
  return std::copysign(x, y);
}

double lgamma(double x) {
#if defined(__GLIBC__)
  int sign;
  return ::lgamma_r(x, &sign);  // std::lgamma writes the sign to a global variable
#else
  return std::lgamma(x);
#endif
}

double digamma(double x) {
  if (x == 0) return std::copysign(kInfinity, -x);
  if (x < 0) {
    if (x == std::floor(x)) return kNaN;
    // Reflection. tan has period pi: the distance to a whole number goes into it.
    return digamma(1 - x) - kPi / std::tan(kPi * (x - std::nearbyint(x)));
  }
  // The root between 1 and 2, in two doubles, and the Taylor series around it: near it the sums below cancel.
  constexpr double kRoot = 1.4616321449683622, kRootLow = 9.549995429965697e-17;
  const double d = (x - kRoot) - kRootLow;
  if (std::fabs(d) < 1e-2) {
    constexpr double kTaylor[] = {0.96767224544762117,  -0.44276316898359211, 0.25849976095565101,
                                  -0.16394270544240653, 0.10782405069126237,  -0.072199561256454711,
                                  0.048804288164143107, -0.033161126474847359};
    double y = 0;
    for (int k = 7; k >= 0; --k) y = y * d + kTaylor[k];
    return y * d;
  }
  double sum = 0;
  for (; x < 10; ++x) sum -= 1 / x;
  const double z = 1 / (x * x);
  // B_2k / 2k for k = 1..7
  const double series =
      z *
      (1.0 / 12 - z * (1.0 / 120 - z * (1.0 / 252 - z * (1.0 / 240 - z * (1.0 / 132 - z * (691.0 / 32760 - z / 12))))));
  return sum + (std::log(x) - 0.5 / x - series);
}

}  // namespace descent::kernels
