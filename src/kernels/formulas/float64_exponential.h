// Cube roots, exponentials, logarithms and hyperbolic functions of doubles. See formulas.h.
//
// What would be rounded twice is carried on in two doubles, a value and a `low` part of half an ulp of it or less, so
// that the last addition is nearly the only rounding.
#if defined(DESCENT_FORMULAS_FLOAT64_EXPONENTIAL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_FORMULAS_FLOAT64_EXPONENTIAL_H
#undef DESCENT_FORMULAS_FLOAT64_EXPONENTIAL_H
#else
#define DESCENT_FORMULAS_FLOAT64_EXPONENTIAL_H
#endif

#include <hwy/highway.h>

#include "kernels/formulas/exponential.h"
#include "kernels/formulas/tables.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE::formulas::of_doubles {

template <class V>
HWY_INLINE V cbrt(V x) {
  const auto is_tiny = abs(x) < V(0x1p-900);
  const V a = abs(x) * select(is_tiny, V(0x1p300), V(1));
  const V nearby = inverse_cube_root_nearby(a, decltype(bits(x))(0x553ee00000000000));
  const V r = closer_inverse_cube_root(a, closer_inverse_cube_root(a, nearby));
  return signed_cube_root(cube_root_of_inverse(a, r) * select(is_tiny, V(0x1p-100), V(1)), x);
}

// ---- exponentials ----

/// x = n ln2 + r + r_low, |r| <= ln2 / 2. The low 12 bits of `biased` are n + bias; what is above them a shift throws
/// out.
template <class V>
struct Reduced {
  V n, r, r_low;
  decltype(bits(V(0))) biased;
};

template <class V>
HWY_INLINE Reduced<V> reduce_by_ln2(V x, int bias) {
  // Adding this leaves the nearest integer, plus the bias, in the low bits of the sum.
  const V round(0x1.8p52 + bias);
  const V rounded = fma(x, V(0x1.71547652b82fep+0), round);
  const V n = rounded - round;
  const V high = fma(n, V(-0x1.62e42fefa39efp-1), x);
  const V r = fma(n, V(-0x1.abc9e3b39803fp-56), high);
  return {n, r, fma(n, V(-0x1.abc9e3b39803fp-56), high - r), bits(rounded)};
}

/// 2^(n + bias - 1023), for a result that is a normal number.
template <class Integer>
HWY_INLINE auto power_of_two(Integer biased) {
  return from_bits(shift_left<52>(biased));
}

/// (e^r - 1 - r) / r^2 for |r| <= ln2 / 2.
template <class V>
HWY_INLINE V exp_rest(V r) {
  return polynomial(r, {0x1.0000000000003p-1, 0x1.555555555555bp-3, 0x1.5555555552af3p-5, 0x1.111111110ebc5p-7,
                        0x1.6c16c17d2d1d1p-10, 0x1.a01a01b446a15p-13, 0x1.a019abc4d7c5ap-16, 0x1.71dded4aea9aap-19,
                        0x1.289e1257efd5dp-22, 0x1.af71d16f27042p-26});
}

/// x = n ln2 + r for a multiple n of 1/16, |r| <= ln2 / 32. The low four bits of `sixteenths` are the fraction of n,
/// and `root` is 2 to the power of it.
template <class V>
struct Sixteenths {
  V n, r, root;
  decltype(bits(V(0))) sixteenths;
};

template <class V>
HWY_INLINE Sixteenths<V> reduce_by_sixteenth(V x) {
  // Adding this leaves the number of sixteenths in the low bits of the sum.
  const V round(0x1.8p48);
  const V rounded = fma(x, V(0x1.71547652b82fep+0), round);
  const V n = rounded - round;
  const V r = fma(n, V(-0x1.abc9e3b39803fp-56), fma(n, V(-0x1.62e42fefa39efp-1), x));
  const auto sixteenths = bits(rounded);
  return {n, r, lookup<kRootsOfTwo>(sixteenths), sixteenths};
}

/// e^r - 1 for |r| <= ln2 / 32.
template <class V>
HWY_INLINE V expm1_of_small(V r) {
  return fma(r * r,
             polynomial(r, {0x1.0000000000004p-1, 0x1.555555549ee81p-3, 0x1.5555555473cf6p-5, 0x1.111231beff609p-7,
                            0x1.6c18516b6d9b4p-10}),
             r);
}

/// mantissa * 2^floor(n) for a multiple n of 1/16, |n| < 2000, through two factors that are normal numbers: a denormal
/// result is rounded once, and nothing overflows on the way.
template <class V>
HWY_INLINE V scale(V mantissa, V n) {
  const auto sum = shift_right<4>(bits(n + V(0x1.8p48 + 2046))) & 0xfff;
  const auto half = shift_right<1>(sum);
  return mantissa * power_of_two(half) * power_of_two(sum - half);
}

template <class V>
HWY_INLINE V exp(V x) {
  const Sixteenths<V> y = reduce_by_sixteenth(min(V(710), max(V(-746), x)));
  return scale(fma(y.root, expm1_of_small(y.r), y.root), y.n);
}

/// e^x for x <= 0; 0 where it would not be a normal number.
template <class V>
HWY_INLINE V exp_or_zero(V x) {
  return select(x < V(-708), V(0), exp(x));
}

template <class V>
HWY_INLINE V exp2(V x) {
  x = min(V(1025), max(V(-1076), x));
  const V round(0x1.8p48);
  const V rounded = x + round;
  const V n = rounded - round, r = x - n, root = lookup<kRootsOfTwo>(bits(rounded));
  const V rest = polynomial(r, {0x1.62e42fefa39f3p-1, 0x1.ebfbdff82c597p-3, 0x1.c6b08d6f2bc78p-5, 0x1.3b2ab6fad202fp-7,
                                0x1.5d897e58b3d0fp-10, 0x1.430a75bf091e1p-13});
  return scale(fma(root, r * rest, root), n);
}

/// e^x = (mantissa + low) * 2^floor(n): kept apart until a product with it is complete, because e^x alone may be
/// denormal.
template <class V>
struct Decay {
  V mantissa, low, n;
};

template <class V>
HWY_INLINE Decay<V> decay(V x) {
  const Sixteenths<V> y = reduce_by_sixteenth(x);
  const V rest = expm1_of_small(y.r);
  const V mantissa = fma(y.root, rest, y.root);
  return {mantissa, fma(y.root, rest, (y.root - mantissa) + lookup<kRootsOfTwoLow>(y.sixteenths)), y.n};
}

/// Of x + correction, a correction of some ulps of x.
template <class V>
HWY_INLINE Decay<V> decay(V x, V correction) {
  const Decay<V> e = decay(x);
  return {e.mantissa, fma(e.mantissa, correction, e.low), e.n};
}

/// A number as the sum of two doubles.
template <class V>
struct Pair {
  V high, low;
};

/// a + b for |a| >= |b|, or a of the multiples of b's last digit.
template <class V>
HWY_INLINE Pair<V> exact_sum(V a, V b) {
  const V sum = a + b;
  return {sum, b - (sum - a)};
}

/// (e^x - 1) * unit, for a unit of 1 or 1/2: two summands, the first the larger one.
template <class V>
HWY_INLINE Pair<V> expm1_parts(V x, double unit) {
  const Reduced<V> y = reduce_by_ln2(x, unit == 1 ? 1023 : 1022);
  const V power = power_of_two(y.biased);
  const Pair<V> sum = exact_sum(power - V(unit), power * y.r);
  return {sum.high, fma(power, fma(y.r * y.r, exp_rest(y.r), y.r_low), sum.low)};
}

template <class V>
HWY_INLINE V expm1(V x) {
  // Halved, because 2^1024 is not a double.
  const Pair<V> half = expm1_parts(min(V(710), max(V(-40), x)), 0.5);
  const V result = half.high + half.low;
  return select(abs(x) < V(0x1p-54), x, result + result);
}

/// numerator / denominator, with one rounding that counts.
template <class V>
HWY_INLINE Pair<V> quotient(Pair<V> numerator, Pair<V> denominator) {
  const V inverse = V(1) / denominator.high;
  const V q = numerator.high * inverse;
  const V rest = fma(-q, denominator.high, numerator.high) + fma(-q, denominator.low, numerator.low);
  return {q, rest * inverse};
}

template <class V>
HWY_INLINE V tanh(V x) {
  const V a = min(V(20), abs(x));
  // -(e^-2a - 1) / (e^-2a + 1)
  const Pair<V> parts = expm1_parts(a * V(-2), 1);
  const Pair<V> e = exact_sum(parts.high, parts.low);
  const Pair<V> sum = exact_sum(V(2), e.high);
  const Pair<V> y = quotient(e, Pair<V>{sum.high, sum.low + e.low});
  return copysign(y.high + y.low, x);
}

/// A quarter of e^x and of e^-x, and the hyperbolic functions of r, for x = n ln2 + r >= 0. The latter factor is 0
/// where it does not count.
template <class V>
struct Hyperbolic {
  V growing, shrinking, r, cosh_rest, sinh_rest;
};

template <class V>
HWY_INLINE Hyperbolic<V> hyperbolic(V a) {
  const Reduced<V> y = reduce_by_ln2(a, 1021);
  const V shrinking = power_of_two(bits(V(0x1.8p52 + 1021) - min(V(500), y.n)));
  const V z = y.r * y.r;
  const V cosh_rest = polynomial(z, {0x1.0000000000000p-1, 0x1.5555555555557p-5, 0x1.6c16c16c15a28p-10,
                                     0x1.a01a01a9e9c40p-16, 0x1.27e4d418ef546p-22, 0x1.1f7f283df36efp-29});
  const V sinh_rest = polynomial(z, {0x1.5555555555556p-3, 0x1.1111111110973p-7, 0x1.a01a01a7c456cp-13,
                                     0x1.71de0dada4588p-19, 0x1.af38ab3f3184ep-26});
  return {power_of_two(y.biased), shrinking, y.r, cosh_rest * z, fma(y.r * z, sinh_rest, y.r_low)};
}

/// (a cosh(r) + b sinh(r)) for a >= |b r| or a = 0; a has a low part.
template <class V>
HWY_INLINE V hyperbolic_sum(Pair<V> a, V b, const Hyperbolic<V>& y) {
  const V product = b * y.r;
  const V product_low = fma(b, y.r, -product);
  const Pair<V> sum = exact_sum(a.high, product);
  return sum.high + (fma(a.high, y.cosh_rest, b * y.sinh_rest) + (sum.low + (a.low + product_low)));
}

template <class V>
HWY_INLINE V sinh(V x) {
  const Hyperbolic<V> y = hyperbolic(min(V(710.5), abs(x)));
  const V half = hyperbolic_sum(exact_sum(y.growing, -y.shrinking), y.growing + y.shrinking, y);
  return select(abs(x) < V(0x1p-30), x, copysign(half + half, x));
}

template <class V>
HWY_INLINE V cosh(V x) {
  const Hyperbolic<V> y = hyperbolic(min(V(710.5), abs(x)));
  const V half = hyperbolic_sum(exact_sum(y.growing, y.shrinking), y.growing - y.shrinking, y);
  return half + half;
}

// ---- logarithms ----

/// x = 2^e (1 + f + f_low), 1 + f between sqrt(1/2) and sqrt(2), for normal positive x.
template <class V>
struct Split {
  V e, f, f_low;
};

inline constexpr std::uint64_t kOne = 0x3ff0000000000000, kSqrtHalf = 0x3fe6a09e667f3bcd;

template <class V>
HWY_INLINE Split<V> split(V x) {
  const auto shifted = bits(x) + (kOne - kSqrtHalf);
  // An integer below 2^52 among the bits of 2^52 is that double plus 2^52.
  return {from_bits(shift_right<52>(shifted) | 0x4330000000000000) - V(0x1p52 + 1023),
          from_bits((shifted & 0xfffffffffffff) + kSqrtHalf) - V(1), V(0)};
}

template <class V>
HWY_INLINE Split<V> split_any(V x) {
  const auto denormal = x < V(0x1p-1022);
  const Split<V> y = split(select(denormal, x * V(0x1p54), x));
  return {select(denormal, y.e - V(54), y.e), y.f, V(0)};
}

/// log(1 + f) - f.
template <class V>
HWY_INLINE V log1p_tail(V f) {
  const V s = f / (V(2) + f);
  const V z = s * s;
  const V p = polynomial(z, {0x1.5555555555592p-1, 0x1.999999997fe12p-2, 0x1.24924941ef6a0p-2, 0x1.c71c520944fe2p-3,
                             0x1.74663f35dda94p-3, 0x1.39a1ac22b27f7p-3, 0x1.2f063675f7cc7p-3});
  const V half_square = f * (f * V(0.5));
  return fma(s, fma(z, p, half_square), -half_square);
}

template <class V>
HWY_INLINE V log_of_split(Split<V> y) {
  const Pair<V> sum = exact_sum(y.e * V(0x1.62e42fefa3800p-1), y.f);
  return sum.high + (log1p_tail(y.f) + (y.f_low + fma(y.e, V(0x1.ef35793c76730p-45), sum.low)));
}

/// The m of x = 2^e m, 1 <= m < 2, for positive x.
template <class V>
HWY_INLINE V significand(V x) {
  const auto digits = bits(select(x < V(0x1p-1022), x * V(0x1p54), x));
  return from_bits((digits & 0xfffffffffffff) | kOne);
}

/// And the e.
template <class V>
HWY_INLINE V exponent(V x) {
  const auto denormal = x < V(0x1p-1022);
  const auto biased = shift_right<52>(bits(select(denormal, x * V(0x1p54), x)));
  const V e = from_bits(biased | 0x4330000000000000) - V(0x1p52 + 1023);
  return select(denormal, e - V(54), e);
}

template <class V>
HWY_INLINE V log(V x) {
  const V e = exponent(x), m = significand(x);
  // m c = 1 + f with a c from the table; log(x) = e log(2) - log(c) + log(1 + f), the first two exact multiples of
  // 2^-42. Where x is near 1 they cancel to 0.
  const auto interval = shift_right<48>(bits(m));
  const V f = fma(m, lookup<kInverses>(interval), V(-1));
  const V high = fma(e, V(0x1.62e42fefa3800p-1), lookup<kLogs>(interval));
  const V low = fma(e, V(0x1.ef35793c76730p-45), lookup<kLogsLow>(interval));
  const V p = polynomial(f, {0x1.55555555558a1p-2, -0x1.0000000001daap-2, 0x1.9999998b05499p-3, -0x1.5555547e80283p-3,
                             0x1.2492b0d8bfc16p-3, -0x1.000911a4e1730p-3, 0x1.c5d1129be9bf2p-4, -0x1.6995e33bd3a41p-4});
  const Pair<V> sum = exact_sum(high, f);
  return log_or_special(x, sum.high + fma(f * f, fma(f, p, V(-0.5)), low + sum.low));
}

/// `whole` + log(1 + f) / log(base), 1 / log(base) = factor + factor_low; whole_low is what `whole` lacks.
template <class V>
HWY_INLINE V log_to_base(V f, V whole, V whole_low, double factor, double factor_low) {
  const V product = f * V(factor);
  const V product_low = fma(f, V(factor_low), fma(f, V(factor), -product));
  const Pair<V> sum = exact_sum(whole, product);
  return sum.high + (fma(log1p_tail(f), V(factor), product_low) + (sum.low + whole_low));
}

template <class V>
HWY_INLINE V log2(V x) {
  const Split<V> y = split_any(x);
  return log_or_special(x, log_to_base(y.f, y.e, V(0), 0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56));
}

template <class V>
HWY_INLINE V log10(V x) {
  const Split<V> y = split_any(x);
  return log_or_special(x, log_to_base(y.f, y.e * V(0x1.34413509f7800p-2), y.e * V(0x1.fef311f12b358p-46),
                                       0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57));
}

template <class V>
HWY_INLINE V log1p(V x) {
  const V u = x + V(1);
  // What rounding took from u, carried into the reduced argument.
  const V lost = select(x < V(1), x - (u - V(1)), V(1) - (u - x));
  const auto exponent = (bits(u) + (kOne - kSqrtHalf)) & 0x7ff0000000000000;
  const Split<V> y = split(u);
  const Pair<V> f = exact_sum(y.f, lost * from_bits(0x7ff0000000000000 - exponent) * V(0.5));
  return select(x == V(0), x, log_or_special(u, log_of_split(Split<V>{y.e, f.high, f.low})));
}

}  // namespace descent::kernels::HWY_NAMESPACE::formulas::of_doubles
HWY_AFTER_NAMESPACE();

#endif  // per target
