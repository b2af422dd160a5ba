// The functions between the layers of a network, of doubles, and erf. See formulas.h.
//
// As those of floats (activation.h), with what their roundings lose carried on.
#if defined(DESCENT_FORMULAS_FLOAT64_ACTIVATION_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_FORMULAS_FLOAT64_ACTIVATION_H
#undef DESCENT_FORMULAS_FLOAT64_ACTIVATION_H
#else
#define DESCENT_FORMULAS_FLOAT64_ACTIVATION_H
#endif

#include <hwy/highway.h>

#include "kernels/formulas/float64_exponential.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE::formulas::of_doubles {

template <class V>
HWY_INLINE V minus_abs(V x) {
  return from_bits(bits(x) | 0x8000000000000000);
}

/// 1 / (1 + e) where x >= 0, e / (1 + e) without the power of two of e where x < 0, for e = e^-|x|.
template <class V>
HWY_INLINE Pair<V> sigmoid_parts(V x, Decay<V> e) {
  const Pair<V> sum = exact_sum(V(1), scale(e.mantissa, e.n));
  const auto negative = x < V(0);
  return quotient(Pair<V>{select(negative, e.mantissa, V(1)), select(negative, e.low, V(0))},
                  Pair<V>{sum.high, sum.low + scale(e.low, e.n)});
}

/// 1 / (1 + e^-x).
template <class V>
HWY_INLINE V sigmoid(V x) {
  const Decay<V> e = decay(max(V(-746), minus_abs(x)));
  const Pair<V> y = sigmoid_parts(x, e);
  const V result = y.high + y.low;
  return select(x < V(0), scale(result, e.n), result);
}

/// factor * sigmoid(x) for e = e^-|x|; `bounded` is the factor, or a finite number where it is beyond 750.
template <class V>
HWY_INLINE V times_sigmoid(V factor, V bounded, V x, Decay<V> e) {
  const Pair<V> y = sigmoid_parts(x, e);
  const V result = fma(factor, y.high, bounded * y.low);
  return select(x < V(0), scale(result, e.n), result);
}

/// x sigmoid(x). Below -753 it is -0, at -infinity too.
template <class V>
HWY_INLINE V silu(V x) {
  const V bounded = min(V(755), max(V(-755), x));
  return times_sigmoid(max(V(-755), x), bounded, x, decay(minus_abs(bounded)));
}

/// max(0, x) + log(1 + e^-|x|).
template <class V>
HWY_INLINE V softplus_of(V larger, V minus_abs_x) {
  const Decay<V> decay_of_x = decay(max(V(-746), minus_abs_x));
  const V e = scale(decay_of_x.mantissa, decay_of_x.n), e_low = scale(decay_of_x.low, decay_of_x.n);
  // log(1 + e) = log(2) + log(1 + (e - 1) / 2), which keeps the argument below sqrt(2).
  const auto large = e > V(0.41421356237309503);
  const Pair<V> difference = exact_sum(V(-1), e);
  const V f = select(large, difference.high * V(0.5), e);
  const V f_low = select(large, (difference.low + e_low) * V(0.5), e_low);
  const V rest = log1p_tail(f) + fma(-f, f_low, f_low) + select(large, V(0x1.abc9e3b39803fp-56), V(0));
  const Pair<V> sum = exact_sum(select(large, V(0x1.62e42fefa39efp-1), V(0)), f);
  return larger + (sum.high + (sum.low + rest));
}

/// log(1 + e^x).
template <class V>
HWY_INLINE V softplus(V x) {
  return softplus_of(max(V(0), x), minus_abs(x));
}

template <class V>
HWY_INLINE V log_sigmoid(V x) {
  return -softplus(-x);
}

/// log(e^a + e^b).
template <class V>
HWY_INLINE V logaddexp(V a, V b) {
  const V high = maximum(a, b);
  return select((a == b) & isinf(a), a, softplus_of(high, minimum(a, b) - high));
}

/// c[0] + c[1] x + c[2] x^2 + ..., as a sum of an even and an odd polynomial, which are computed side by side; the last
/// addition keeps what it rounds.
template <class V, int kCount>
HWY_INLINE Pair<V> long_polynomial(V x, const double (&c)[kCount]) {
  static_assert(kCount % 2 == 1);
  const V z = x * x;
  V even(c[kCount - 1]), odd(c[kCount - 2]);
  for (int i = kCount - 3; i > 0; i -= 2) {
    even = fma(even, z, V(c[i]));
    odd = fma(odd, z, V(c[i - 1]));
  }
  return exact_sum(V(c[0]), fma(even, z, odd * x));
}

/// factor * e^(square + square_low) P(2 center / (a + center) - 1) / (a + center).
template <class V, int kCount>
HWY_INLINE V normal_tail(V factor, V a, V square, V square_low, double center, const double (&c)[kCount]) {
  const Decay<V> e = decay(square, square_low);
  const Pair<V> sum = exact_sum(V(center), a);
  const V inverse = V(1) / sum.high;
  const V inverse_low = fma(-inverse, sum.low, fma(-inverse, sum.high, V(1))) * inverse;
  const Pair<V> k = long_polynomial(fma(inverse_low, V(2 * center), fma(inverse, V(2 * center), V(-1))), c);
  const V scaled = factor * inverse;
  const V scaled_low = fma(factor, inverse_low, fma(factor, inverse, -scaled));
  const V product = k.high * scaled;
  const V product_low = fma(k.high, scaled_low, fma(k.low, scaled, fma(k.high, scaled, -product)));
  return scale(fma(product, e.mantissa, fma(product, e.low, product_low * e.mantissa)), e.n);
}

/// x Phi(x), Phi the normal distribution function. Below -38.6 it is -0.
template <class V>
HWY_INLINE V gelu(V x) {
  const V clamped = min(V(38.7), max(V(-38.7), x));
  const V a = abs(clamped);
  const V minus_half = a * V(-0.5);
  const V exponent = a * minus_half;
  const V lower =
      normal_tail(clamped, a, exponent, fma(a, minus_half, -exponent), 5,
                  {0x1.89d3abe1f95aep-1,   0x1.54ad03f27ca19p-1,   0x1.fb31653876f91p-2,   0x1.410ed5f87583fp-2,
                   0x1.51f6329f01538p-3,   0x1.1b1c254cadabbp-4,   0x1.54b4d4f4e4293p-6,   0x1.88590e83e09eep-9,
                   -0x1.a25038141fe64p-11, -0x1.1daf17e715de6p-11, -0x1.f21444e0e4badp-15, 0x1.a16f087243875p-15,
                   0x1.17dc106ff4fb9p-16,  -0x1.0af74d83fdbbdp-18, -0x1.7394cbfe4c5eep-19, 0x1.63148e5a2b932p-22,
                   0x1.cfaa5d92a915ap-22,  -0x1.2909995effb5bp-25, -0x1.157034d58277cp-24, 0x1.fd80b75ffc634p-29,
                   0x1.dc171cdeb273ap-28});
  const V middle = x * fma(x,
                           polynomial(x * x, {0x1.9884533d43651p-2, -0x1.1058377e2cee2p-4, 0x1.46d0429768bc4p-7,
                                              -0x1.37403f6b4a191p-10, 0x1.e42b0d0441191p-14, -0x1.3ce8e72ca0e72p-17,
                                              0x1.658455e5ec066p-21, -0x1.6121ca0b6a0cep-25, 0x1.205c99276c084p-29}),
                           V(0.5));
  return select(a < V(0.6), middle, select(x > V(0), x - lower, lower));
}

/// x sigmoid(y), y = 2 sqrt(2 / pi) (x + 0.044715 x^3); y is kept in two doubles, because e^y magnifies its error.
template <class V>
HWY_INLINE V gelu_tanh(V x) {
  const V bounded = min(V(21.6), max(V(-21.6), x));
  const V a = abs(bounded);
  const V square = a * a;
  const V square_low = fma(a, a, -square);
  const V factor(0x1.2444f2a4d8b4bp-4), linear(0x1.9884533d43651p+0);
  const V cubic = square * factor;
  const V cubic_low = fma(square_low, factor, fma(square, V(-0x1.6c843a29d1c70p-61), fma(square, factor, -cubic)));
  const V w = linear + cubic;
  const V part = w - linear;
  const V w_low = ((linear - (w - part)) + (cubic - part)) + (cubic_low + V(-0x1.cbc0d30ebfd15p-54));
  const V y = -(a * w);
  return times_sigmoid(max(V(-21.6), x), bounded, x, decay(y, -(fma(a, w, y) + a * w_low)));
}

/// erf(x) for |x| <= 1.
template <class V>
HWY_INLINE V erf_near_zero(V x) {
  return fma(
      x,
      polynomial(x * x, {0x1.06eba8214db69p-3, -0x1.812746b0379bep-2, 0x1.ce2f21a040d1fp-4, -0x1.b82ce311fab5bp-6,
                         0x1.565bccf92eaadp-8, -0x1.c02db03e3cd72p-11, 0x1.f9a2bab00ed8ep-14, -0x1.f4ca4dbca9a02p-17,
                         0x1.b97fd5d5cea58p-20, -0x1.5c072df7c0e9ep-23, 0x1.d71b21cf3dcd1p-27, -0x1.abae353b8c9f6p-31}),
      x);
}

/// erfc(a) for 0.5 <= a <= 27.3.
template <class V>
HWY_INLINE V erfc_of_large(V a) {
  const V square = -(a * a);
  return normal_tail(V(1), a, square, -fma(a, a, square), 4,
                     {0x1.18932bf08e154p+0,   0x1.f3fe31ecb49bfp-1,  0x1.8be202d26c6ffp-1,   0x1.14eacb1ad033bp-1,
                      0x1.52cac23710616p-2,   0x1.645fd8a4bc18ep-3,  0x1.38dbd2c8c316cp-4,   0x1.b00c052c1f442p-6,
                      0x1.908f473dd0dd3p-8,   0x1.269b528159153p-12, -0x1.dd28514201cf7p-12, -0x1.72cdad548cad5p-13,
                      -0x1.e7cd51ccb06c4p-19, 0x1.3c6f8adc74ad1p-16, 0x1.3ae12bc31bccbp-18,  -0x1.7e6942bbbb012p-20,
                      -0x1.c3d7eecae5e73p-21, 0x1.46f4e1c83f2abp-24, 0x1.fdcc41231b203p-24,  -0x1.6c73a470cddc7p-30,
                      -0x1.97d18e408ea1dp-27});
}

template <class V>
HWY_INLINE V erfc(V x) {
  const V upper = erfc_of_large(min(V(27.3), abs(x)));
  return select(abs(x) < V(0.5), V(1) - erf_near_zero(x), select(x < V(0), V(2) - upper, upper));
}

template <class V>
HWY_INLINE V erf(V x) {
  const V large = copysign(V(1) - erfc_of_large(min(V(6), abs(x))), x);
  return select(abs(x) < V(1), erf_near_zero(x), large);
}

}  // namespace descent::kernels::HWY_NAMESPACE::formulas::of_doubles
HWY_AFTER_NAMESPACE();

#endif  // per target
