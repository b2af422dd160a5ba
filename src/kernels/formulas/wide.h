// Functions of floats computed in double, to some 40 bits, and rounded once: trigonometric, hyperbolic and inverse
// functions, powers. See formulas.h.
#if defined(DESCENT_FORMULAS_WIDE_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_FORMULAS_WIDE_H
#undef DESCENT_FORMULAS_WIDE_H
#else
#define DESCENT_FORMULAS_WIDE_H
#endif

#include <hwy/highway.h>

#include <cmath>

#include "kernels/formulas/exponential.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE::formulas {

inline constexpr double kPi = 0x1.921fb54442d18p+1;
inline constexpr double kPiLow = 0x1.1a62633145c07p-53;

// ---- exponential and logarithm; W is a value of doubles ----

/// 2^n (1 + q) = e^x.
template <class W>
struct WideExp {
  W power, q;
};

/// |x| < 700.
template <class W>
HWY_INLINE WideExp<W> wide_exp_parts(W x) {
  const double round = 0x1.8p52 + 1023;
  const W rounded = fma(x, W(0x1.71547652b82fep+0), W(round));
  const W n = rounded - W(round);
  const W r = fma(n, W(-0x1.abc9e3b39803fp-56), fma(n, W(-0x1.62e42fefa39efp-1), x));
  const W q =
      polynomial(r, {0x1.00000000005ddp-1, 0x1.555555556680dp-3, 0x1.55555564714f7p-5, 0x1.111110da676a9p-7,
                     0x1.6c166ab54a33ep-10, 0x1.a01aa75e9535dp-13, 0x1.a13ac7efa9ad0p-16, 0x1.71af689b3565cp-19});
  return {from_bits(shift_left<52>(bits(rounded))), fma(r * r, q, r)};
}

template <class W>
HWY_INLINE W wide_exp(W x) {
  const WideExp<W> e = wide_exp_parts(min(W(200), max(W(-200), x)));
  return fma(e.power, e.q, e.power);
}

/// e^x - 1.
template <class W>
HWY_INLINE W wide_expm1(W x) {
  const WideExp<W> e = wide_exp_parts(min(W(200), max(W(-200), x)));
  return fma(e.power, e.q, e.power - W(1));
}

/// log(x) + correction / x for positive normal x.
template <class W>
HWY_INLINE W wide_log_parts(W x, W correction) {
  const auto shifted = bits(x) + (0x3ff0000000000000 - 0x3fe6a09e00000000);
  const auto exponent = shift_right<52>(shifted);
  const W e = from_bits(exponent | 0x4330000000000000) - W(0x1p52 + 1023);
  const W m = from_bits((shifted & 0xfffffffffffff) + 0x3fe6a09e00000000);
  const W f = (m - W(1)) + correction * from_bits(shift_left<52>(2046 - exponent));
  const W s = f / (W(2) + f);
  const W z = s * s;
  const W p = polynomial(z, {0x1.5555555553968p-1, 0x1.999999a293a27p-2, 0x1.249241771bbdap-2, 0x1.c72278a9e086cp-3,
                             0x1.732c0b98cfbbbp-3, 0x1.5879083347a0cp-3});
  return fma(e, W(0x1.62e42fefa39efp-1), fma(s * z, p, s + s));
}

template <class W>
HWY_INLINE W wide_log(W x) {
  return log_or_special(x, wide_log_parts(x, W(0)));
}

template <class W>
HWY_INLINE W wide_log1p(W x) {
  const W u = x + W(1);
  const W lost = select(x < W(1), x - (u - W(1)), W(1) - (u - x));
  return log_or_special(u, wide_log_parts(u, lost));
}

// ---- trigonometric ----

inline float libm_sin(float x) { return static_cast<float>(std::sin(static_cast<double>(x))); }
inline float libm_cos(float x) { return static_cast<float>(std::cos(static_cast<double>(x))); }
inline float libm_tan(float x) { return static_cast<float>(std::tan(static_cast<double>(x))); }

/// Up to here a multiple of pi is subtracted in two steps; floats beyond have no fraction and go to the C library.
inline constexpr double kReducible = 0x1p30;

/// sin(r) for |r| <= pi / 2.
template <class W>
HWY_INLINE W wide_sin_half_period(W r) {
  const W z = r * r;
  const W p = polynomial(z, {-0x1.5555555547166p-3, 0x1.1111110a56725p-7, -0x1.a019fd59b3ce9p-13, 0x1.71dcf85e18207p-19,
                             -0x1.ae03fb360a4f3p-26, 0x1.52dc18eefb107p-33});
  return fma(r * z, p, r);
}

/// sin(x), where x is near n pi; with n + 1/2 for a whole n, cos(x) negated. The lowest bit of `parity` is that of n.
template <class W>
HWY_INLINE W wide_sin_near(W x, W n, W parity) {
  const W y = wide_sin_half_period(fma(n, W(-kPiLow), fma(n, W(-kPi), x)));
  return from_bits(bits(y) + shift_left<63>(bits(parity)));
}

template <class V>
HWY_INLINE V sin(V x) {
  using W = decltype(widen(x));
  const W w = widen(x);
  const W rounded = fma(w, W(0x1.45f306dc9c883p-2), W(0x1.8p52));
  const W y = wide_sin_near(w, rounded - W(0x1.8p52), rounded);
  return replace<libm_sin>(!(abs(x) < V(kReducible)), select(x == V(0), x, narrow(y)), x);
}

template <class V>
HWY_INLINE V cos(V x) {
  using W = decltype(widen(x));
  const W w = widen(x);
  const W rounded = fma(w, W(0x1.45f306dc9c883p-2), W(-0.5)) + W(0x1.8p52);
  const W y = -wide_sin_near(w, (rounded - W(0x1.8p52)) + W(0.5), rounded);
  return replace<libm_cos>(!(abs(x) < V(kReducible)), narrow(y), x);
}

template <class V>
HWY_INLINE V tan(V x) {
  const auto w = widen(x);
  using W = decltype(widen(x));
  const W rounded = fma(w, W(0x1.45f306dc9c883p-1), W(0x1.8p52));
  const W n = rounded - W(0x1.8p52);
  const W r = fma(n, W(-kPiLow / 2), fma(n, W(-kPi / 2), w));
  const W z = r * r;
  const W sine = fma(
      r * z,
      polynomial(z, {-0x1.5555554c7207cp-3, 0x1.1111086a6935bp-7, -0x1.a00f7f1ea7974p-13, 0x1.6cd1ed91d42f8p-19}), r);
  const W cosine = fma(z,
                       polynomial(z, {-0x1.ffffffffe98e4p-2, 0x1.55555545c6c20p-5, -0x1.6c16b3499be49p-10,
                                      0x1.a00eba055b196p-16, -0x1.23c9894046ff4p-22}),
                       W(1));
  const W odd = from_bits(shift_left<63>(bits(rounded)));  // -0 or 0: the sign of -1 / tan(r)
  const auto swapped = copysign(W(1), odd) < W(0);
  const W y = select(swapped, -cosine, sine) / select(swapped, sine, cosine);
  return replace<libm_tan>(!(abs(x) < V(kReducible)), select(x == V(0), x, narrow(y)), x);
}

// ---- inverse trigonometric ----

/// atan(numerator / denominator) for numbers >= 0 that are not both 0 or infinite, through a quotient below
/// tan(pi / 8).
template <class W>
HWY_INLINE W wide_atan_quotient(W numerator, W denominator) {
  const auto steep = numerator > denominator * W(2.414213562373095);
  const auto middle = numerator > denominator * W(0.41421356237309503);
  const W top = select(steep, -denominator, select(middle, numerator - denominator, numerator));
  const W bottom = select(steep, numerator, select(middle, numerator + denominator, denominator));
  const W offset = select(steep, W(kPi / 2), select(middle, W(kPi / 4), W(0)));
  const W t = top / bottom;
  const W z = t * t;
  const W p = polynomial(z, {-0x1.555555550be71p-2, 0x1.9999992bdebf1p-3, -0x1.24922d099d096p-3, 0x1.c715730d2eacdp-4,
                             -0x1.73e0dc30a3380p-4, 0x1.35fc4ea9c35d1p-4, -0x1.e26fe7f66e707p-5, 0x1.f9b6a16a43693p-6});
  return offset + fma(t * z, p, t);
}

template <class V>
HWY_INLINE V atan(V x) {
  using W = decltype(widen(x));
  return copysign(narrow(wide_atan_quotient(widen(abs(x)), W(1))), x);
}

template <class V>
HWY_INLINE V atan2(V y, V x) {
  using W = decltype(widen(x));
  const V a = abs(x), b = abs(y);
  // Equal infinities count as equal numbers, and 0 / 0 as 0.
  const auto infinite = (a == V(kInfinity)) & (b == V(kInfinity));
  const W denominator = widen(select(infinite | (a + b == V(0)), V(1), a));
  const W angle = wide_atan_quotient(widen(select(infinite, V(1), b)), denominator);
  return copysign(narrow(select(widen(copysign(V(1), x)) < W(0), W(kPi) - angle, angle)), y);
}

/// asin(s) for 0 <= s <= 1/2, z = s^2.
template <class W>
HWY_INLINE W wide_asin_half(W s, W z) {
  const W p = polynomial(
      z, {0x1.555555565aa3dp-3, 0x1.333331f26105ap-4, 0x1.6db762b6f44ccp-5, 0x1.f1ab42f2f4ae8p-6, 0x1.7027eeea41f73p-6,
          0x1.0e115137438f0p-6, 0x1.30da796c93220p-6, -0x1.6ff609ad1348ap-9, 0x1.056fbd21f2f9ap-5});
  return fma(s * z, p, s);
}

template <class V>
HWY_INLINE V asin(V x) {
  using W = decltype(widen(x));
  const W a = widen(abs(x));
  const auto large = a > W(0.5);
  const W z = select(large, (W(1) - a) * W(0.5), a * a);
  const W y = wide_asin_half(select(large, sqrt(z), a), z);
  return copysign(narrow(select(large, W(kPi / 2) - (y + y), y)), x);
}

template <class V>
HWY_INLINE V acos(V x) {
  using W = decltype(widen(x));
  const W w = widen(x), a = abs(w);
  const auto large = a > W(0.5);
  const W z = select(large, (W(1) - a) * W(0.5), a * a);
  const W y = wide_asin_half(select(large, sqrt(z), w), z);
  const W near_one = select(w < W(0), W(kPi) - (y + y), y + y);
  return narrow(select(large, near_one, W(kPi / 2) - y));
}

// ---- hyperbolic ----

template <class V>
HWY_INLINE V sinh(V x) {
  using W = decltype(widen(x));
  const W q = wide_expm1(widen(abs(x)));
  return copysign(narrow((q + q / (q + W(1))) * W(0.5)), x);
}

template <class V>
HWY_INLINE V cosh(V x) {
  using W = decltype(widen(x));
  const W e = wide_exp(widen(abs(x)));
  return narrow((e + W(1) / e) * W(0.5));
}

template <class V>
HWY_INLINE V asinh(V x) {
  using W = decltype(widen(x));
  const W a = widen(abs(x));
  const W y = wide_log1p(a + a * a / (W(1) + sqrt(fma(a, a, W(1)))));
  return select(isfinite(x), copysign(narrow(y), x), x);
}

template <class V>
HWY_INLINE V acosh(V x) {
  using W = decltype(widen(x));
  const W t = widen(x) - W(1);
  const V y = narrow(wide_log1p(t + sqrt(t * (t + W(2)))));
  return select(x < V(1), V(kNaN), select(x == V(kInfinity), x, y));
}

template <class V>
HWY_INLINE V atanh(V x) {
  using W = decltype(widen(x));
  const W a = widen(abs(x));
  return copysign(narrow(wide_log1p((a + a) / (W(1) - a)) * W(0.5)), x);
}

// ---- powers and the rest ----

/// erfc(a) = e^(-a^2) H(a).
template <class V>
HWY_INLINE V erfc(V x) {
  using W = decltype(widen(x));
  const W w = widen(x), a = min(W(11), abs(w));
  const W t = (a - W(4)) / (a + W(4));
  const W h = polynomial(t, {0x1.18932bf0880dcp-3, -0x1.0949227327973p-2, 0x1.bff01a6480564p-3, -0x1.50666729ec72ep-3,
                             0x1.be502aacdc354p-4, -0x1.027d4e694b8ffp-4, 0x1.00671750692f7p-5, -0x1.a4e1175581ef8p-7,
                             0x1.0a089ecf4badbp-8, -0x1.a2a270f96bc3fp-11, -0x1.2b65faf0c18c7p-16,
                             0x1.52e876922ca94p-14, -0x1.da45de8645526p-16, -0x1.473307f68969cp-17});
  const W y = wide_exp(-(a * a)) * h;
  return narrow(select(w < W(0), W(2) - y, y));
}

template <class V>
HWY_INLINE V hypot(V x, V y) {
  const auto a = widen(x), b = widen(y);
  return select(isinf(x) | isinf(y), V(kInfinity), narrow(sqrt(fma(a, a, b * b))));
}

/// log(e^a + e^b).
template <class V>
HWY_INLINE V logaddexp(V a, V b) {
  using W = decltype(widen(a));
  const W high = widen(maximum(a, b)), low = widen(minimum(a, b));
  const V y = narrow(high + wide_log1p(wide_exp(low - high)));
  return select((a == b) & isinf(a), a, y);
}

/// With the special cases of C99.
template <class V>
HWY_INLINE V pow(V x, V y) {
  using W = decltype(widen(x));
  const W exponent = widen(y);
  const V magnitude = narrow(wide_exp(exponent * wide_log(widen(abs(x)))));
  const W half = exponent * W(0.5);
  const V whole = select(floor(y) == y, V(1), V(0));
  const V odd = narrow(select(floor(half) == half, W(0), W(1))) * whole;
  const V signed_power = select(odd == V(1), copysign(magnitude, x), magnitude);
  const V real = select((x < V(0)) & (x > V(-kInfinity)) & (whole == V(0)), V(kNaN), signed_power);
  const auto one = (x == V(1)) | (y == V(0)) | ((x == V(-1)) & isinf(y));
  return select(one, V(1), real);
}

inline float libm_fmod(float a, float b) { return std::fmod(a, b); }

/// What is left of `a` after taking away `b` as often as it goes, exactly; it has the sign of `a`.
template <class V>
HWY_INLINE V fmod(V a, V b) {
  using W = decltype(widen(a));
  const W x = widen(abs(a)), y = widen(abs(b));
  const W quotient = trunc(x / y);
  // The quotient may have been rounded up to a whole number.
  const W r = fma(-quotient, y, x);
  const V rest = narrow(select(r < W(0), r + y, r));
  // Above 2^29 the product would not be exact. A finite number is its own rest by infinity.
  const auto simple = (quotient < W(0x1p29)) & (y < W(kInfinity));
  const V one = narrow(select(simple, W(1), W(0)));
  return replace<libm_fmod>(one == V(0), copysign(rest, a), a, b);
}

/// fmod, moved by one `b` where needed to have the sign of `b`, as Python's %.
template <class V>
HWY_INLINE V remainder(V a, V b) {
  const V rest = fmod(a, b);
  return select((rest != V(0)) & ((rest < V(0)) != (b < V(0))), rest + b, rest);
}

/// The whole number below a / b, as PyTorch computes it.
template <class V>
HWY_INLINE V floor_divide(V a, V b) {
  const V rest = fmod(a, b);
  const V exact = (a - rest) / b;
  const V below = select((rest != V(0)) & ((rest < V(0)) != (b < V(0))), exact - V(1), exact);
  const V whole = floor(below);
  const V nearest = select(below - whole > V(0.5), whole + V(1), whole);
  return select(b == V(0), a / b, select(below == V(0), copysign(V(0), a / b), nearest));
}

}  // namespace descent::kernels::HWY_NAMESPACE::formulas
HWY_AFTER_NAMESPACE();

#endif  // per target
