// Cube roots, exponentials and logarithms of floats. See formulas.h.
#if defined(DESCENT_FORMULAS_EXPONENTIAL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_FORMULAS_EXPONENTIAL_H
#undef DESCENT_FORMULAS_EXPONENTIAL_H
#else
#define DESCENT_FORMULAS_EXPONENTIAL_H
#endif

#include <hwy/highway.h>

#include <limits>

#include "kernels/formulas/arithmetic.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE::formulas {

/// c[0] + c[1] x + c[2] x^2 + ..., by Horner's rule.
template <class V, int kCount>
HWY_INLINE V polynomial(V x, const double (&c)[kCount]) {
  V y(c[kCount - 1]);
  for (int i = kCount - 2; i >= 0; --i) y = fma(y, x, V(c[i]));
  return y;
}

/// r = a^(-1/3), off by at most 4 % for a normal a > 0 of the type that `magic` is for: what minus a third of the
/// exponent and of the mantissa makes of both.
template <class V, class Integer>
HWY_INLINE V inverse_cube_root_nearby(V a, Integer magic) {
  const Integer i = bits(a);
  Integer third = shift_right<2>(i) + shift_right<4>(i);  // 1/4 + 1/16 + ...
  third = third + shift_right<4>(third);
  third = third + shift_right<8>(third);
  return from_bits(magic - (third + shift_right<16>(third)));
}

/// r (1 - e)^(-1/3), e = 1 - a r^3, whose fourth power is what is left.
template <class V>
HWY_INLINE V closer_inverse_cube_root(V a, V r) {
  const V e = fma(-(a * r), r * r, V(1));
  return fma(r * e, fma(e, fma(e, V(14.0 / 81), V(2.0 / 9)), V(1.0 / 3)), r);
}

/// a^(1/3), by a step of Newton's from a r^2. a^2 and the last digit of a are normal numbers.
template <class V>
HWY_INLINE V cube_root_of_inverse(V a, V r) {
  const V square = r * r, y = a * square, yy = y * y;
  const V rest = fma(-y, fma(y, y, -yy), fma(-y, yy, a));
  return fma(rest * square, V(1.0 / 3), y);
}

/// y, the cube root of |x|, with the sign of x; x itself where it is 0, infinite or NaN.
template <class V>
HWY_INLINE V signed_cube_root(V y, V x) {
  return select((abs(x) > V(0)) & (abs(x) < V(std::numeric_limits<double>::infinity())), copysign(y, x), x);
}

template <class V>
HWY_INLINE V cbrt(V x) {
  const auto is_tiny = abs(x) < V(0x1p-80);
  const V a = abs(x) * select(is_tiny, V(0x1p48), V(1));
  const V r = closer_inverse_cube_root(a, inverse_cube_root_nearby(a, decltype(bits(x))(0x54a1f000)));
  return signed_cube_root(cube_root_of_inverse(a, r) * select(is_tiny, V(0x1p-16), V(1)), x);
}

/// x = n ln2 + r, |r| <= ln2 / 2. The low 9 bits of `biased` are n + bias; what is above them a shift throws out.
template <class V>
struct Reduced {
  V n, r;
  decltype(bits(V(0))) biased;
};

template <class V>
HWY_INLINE Reduced<V> reduce_by_ln2(V x, int bias) {
  // Adding this leaves the nearest integer, plus the bias, in the low bits of the sum.
  const V round(0x1.8p23 + bias);
  const V rounded = fma(x, V(0x1.715476p+0), round);
  const V n = rounded - round;
  return {n, fma(n, V(0x1.05c61p-29), fma(n, V(-0x1.62e43p-1), x)), bits(rounded)};
}

/// 2^(n + bias - 127), for a result that is a normal number.
template <class V>
HWY_INLINE V power_of_two(Reduced<V> y) {
  return from_bits(shift_left<23>(y.biased));
}

inline constexpr double kExp[] = {1, 1, 0x1.fffffcp-2, 0x1.555492p-3, 0x1.5558dp-5, 0x1.1239aep-7, 0x1.6a23aap-10};
/// Of e^(-r / 2).
inline constexpr double kExpOfMinusHalf[] = {kExp[0],      -kExp[1] / 2,  kExp[2] / 4, -kExp[3] / 8,
                                             kExp[4] / 16, -kExp[5] / 32, kExp[6] / 64};

/// mantissa * 2^n where the low 9 bits of `biased` are n + 254, through two factors that are normal numbers: a denormal
/// result is rounded once, and nothing overflows on the way.
template <class V, class Integer>
HWY_INLINE V scale(V mantissa, V /*n*/, Integer biased) {
  const Integer sum = biased & 0x1ff;
  const Integer half = shift_right<1>(sum);
  return mantissa * from_bits(shift_left<23>(half)) * from_bits(shift_left<23>(sum - half));
}

template <class V>
HWY_INLINE V exp(V x) {
  const Reduced<V> y = reduce_by_ln2(min(V(89), max(V(-104.5), x)), 254);
  return scale(polynomial(y.r, kExp), y.n, y.biased);
}

/// e^x = mantissa * power * 2^-64 for -130 < x <= 0: kept apart until a product with it is complete, because e^x alone
/// may be denormal.
template <class V>
struct Decay {
  V mantissa, power;
};

template <class V>
HWY_INLINE Decay<V> decay(V x) {
  const Reduced<V> y = reduce_by_ln2(x, 127 + 64);
  return {polynomial(y.r, kExp), power_of_two(y)};
}

/// The same for x + correction, a correction of some ulps of x.
template <class V>
HWY_INLINE Decay<V> decay(V x, V correction) {
  const Reduced<V> y = reduce_by_ln2(x, 127 + 64);
  return {polynomial(y.r + correction, kExp), power_of_two(y)};
}

/// mantissa * power * 2^-64, rounded once.
template <class V>
HWY_INLINE V decayed(V mantissa, V power) {
  return mantissa * power * V(0x1p-64);
}

/// e^-|x|.
template <class V>
HWY_INLINE V exp_of_minus_abs(V x) {
  const Decay<V> e = decay(max(V(-104.5), -abs(x)));
  return decayed(e.mantissa, e.power);
}

template <class V>
HWY_INLINE V exp2(V x) {
  x = min(V(129), max(V(-151), x));
  const V round(0x1.8p23 + 254);
  const V rounded = x + round;
  const V n = rounded - round;
  const V mantissa = polynomial(x - n, {1, 0x1.62e43p-1, 0x1.ebfbep-3, 0x1.c6b086p-5, 0x1.3b2a4ap-7, 0x1.5d8b32p-10,
                                        0x1.443188p-13, 0x1.fdac4ap-17});
  return scale(mantissa, n, bits(rounded));
}

/// e^r - 1 for |r| <= ln2 / 2.
template <class V>
HWY_INLINE V expm1_near_zero(V r) {
  const V q = polynomial(r, {0.5, 0x1.555554p-3, 0x1.5554f2p-5, 0x1.11126p-7, 0x1.6d4368p-10, 0x1.9fc0ccp-13});
  return fma(r * r, q, r);
}

template <class V>
HWY_INLINE V expm1(V x) {
  const Reduced<V> y = reduce_by_ln2(min(V(89), max(V(-18), x)), 126);
  const V q = expm1_near_zero(y.r);
  // 2^n (1 + q) - 1, halved, because 2^128 is not a float.
  const V half = power_of_two(y);
  const V result = fma(half, q, half - V(0.5));
  return copysign(result + result, x);
}

/// x = 2^e (1 + f), 1 + f between sqrt(1/2) and sqrt(2), for normal positive x.
template <class V>
struct Split {
  V e, f;
};

template <class V>
HWY_INLINE Split<V> split(V x) {
  const auto shifted = bits(x) + (0x3f800000 - 0x3f3504f3);
  // An integer below 2^23 among the bits of 2^23 is that float plus 2^23.
  return {from_bits(shift_right<23>(shifted) | 0x4b000000) - V(0x1p23 + 127),
          from_bits((shifted & 0x7fffff) + 0x3f3504f3) - V(1)};
}

template <class V>
HWY_INLINE Split<V> split_any(V x) {
  const auto denormal = x < V(0x1p-126);
  const Split<V> y = split(select(denormal, x * V(0x1p25), x));
  return {select(denormal, y.e - V(25), y.e), y.f};
}

/// log(1 + f) - f.
template <class V>
HWY_INLINE V log1p_tail(V f) {
  const V p = polynomial(f, {0x1.555554p-2, -0x1.000226p-2, 0x1.99a00ep-3, -0x1.54724ap-3, 0x1.22da3cp-3,
                             -0x1.0d867ep-3, 0x1.055c3cp-3, -0x1.38b1f8p-4});
  const V square = f * f;
  return fma(square * f, p, square * V(-0.5));
}

/// `log`, but what the logarithm of x is where that is not a positive finite number.
template <class V>
HWY_INLINE V log_or_special(V x, V log) {
  const V finite = select(x < V(kInfinity), log, x);
  return select(x <= V(0), select(x == V(0), V(-kInfinity), V(kNaN)), finite);
}

template <class V>
HWY_INLINE V log_of_split(Split<V> y) {
  return fma(y.e, V(0x1.62e4p-1), y.f + fma(y.e, V(0x1.7f7d1cp-20), log1p_tail(y.f)));
}

template <class V>
HWY_INLINE V log(V x) {
  return log_or_special(x, log_of_split(split_any(x)));
}

template <class V>
HWY_INLINE V log2(V x) {
  const Split<V> y = split_any(x);
  const V rest = fma(log1p_tail(y.f), V(0x1.715476p+0), y.f * V(0x1.4ae0cp-26));
  return log_or_special(x, y.e + fma(y.f, V(0x1.715476p+0), rest));
}

template <class V>
HWY_INLINE V log10(V x) {
  const Split<V> y = split_any(x);
  const V rest = fma(log1p_tail(y.f), V(0x1.bcb7b2p-2), fma(y.f, V(-0x1.5b235ep-27), y.e * V(0x1.3509f8p-18)));
  return log_or_special(x, fma(y.e, V(0x1.344p-2), fma(y.f, V(0x1.bcb7b2p-2), rest)));
}

template <class V>
HWY_INLINE V log1p(V x) {
  const V u = x + V(1);
  // What rounding took from u, carried into the reduced argument.
  const V lost = select(x < V(1), x - (u - V(1)), V(1) - (u - x));
  const auto exponent = (bits(u) + (0x3f800000 - 0x3f3504f3)) & 0x7f800000;
  const V correction = lost * from_bits(0x7f800000 - exponent) * V(0.5);
  Split<V> y = split(u);
  y.f = y.f + correction;
  return select(x == V(0), x, log_or_special(u, log_of_split(y)));
}

}  // namespace descent::kernels::HWY_NAMESPACE::formulas
HWY_AFTER_NAMESPACE();

#endif  // per target
