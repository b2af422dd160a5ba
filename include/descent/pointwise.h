// Functions element by element that are less common than those of ops.h; what is said there holds here.
#pragma once

#include <optional>

#include "descent/ops.h"

namespace DESCENT_EXPORT descent {

/// a + value * b / c; not for integers.
Tensor addcdiv(const Tensor& a, const Tensor& b, const Tensor& c, double value = 1);
/// clamp under NumPy's name.
inline Tensor clip(const Tensor& x, const Tensor& low, const Tensor& high) { return clamp(x, low, high); }
/// x itself.
Tensor positive(const Tensor& x);
/// sign: -1, 0 or 1.
Tensor sgn(const Tensor& x);
/// Whether the sign is minus, that of -0 included; bool.
Tensor signbit(const Tensor& x);
/// base^exponent in float64.
Tensor float_power(const Tensor& base, const Tensor& exponent);
/// x * 2^exponent.
Tensor ldexp(const Tensor& x, const Tensor& exponent);
Tensor rad2deg(const Tensor& x);
Tensor deg2rad(const Tensor& x);
/// sigmoid under its name in statistics.
Tensor expit(const Tensor& x);
/// log(x / (1 - x)), of x clamped to [eps, 1 - eps] if `eps` is given.
Tensor logit(const Tensor& x, std::optional<double> eps = {});
/// sin(pi x) / (pi x), 1 at 0.
Tensor sinc(const Tensor& x);
/// x * log(y), 0 where x is 0 and y a number.
Tensor xlogy(const Tensor& x, const Tensor& y);
/// 0 below 0 and at NaN, `values` at 0, 1 above. Both must have one dtype.
Tensor heaviside(const Tensor& x, const Tensor& values);
/// x with NaN, infinity and -infinity replaced; the latter, where not given, by the largest and the smallest number of
/// the dtype.
Tensor nan_to_num(const Tensor& x, double nan = 0, std::optional<double> posinf = {},
                  std::optional<double> neginf = {});

// Comparisons; the results are bool.
/// |a - b| <= atol + rtol * |b|, or equal (infinities are); NaN equals NaN if asked.
Tensor isclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false);
Tensor isposinf(const Tensor& x);
Tensor isneginf(const Tensor& x);
/// True throughout: no element is complex.
Tensor isreal(const Tensor& x);

}  // namespace descent
