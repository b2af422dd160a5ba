// The functions between the layers of a network, of floats, and erf. See formulas.h.
//
// All are built on e^-|x|, which neither overflows nor cancels; where x is far below zero the result keeps its exponent
// apart until the end, so that results near the smallest floats are right too.
#if defined(DESCENT_FORMULAS_ACTIVATION_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_FORMULAS_ACTIVATION_H
#undef DESCENT_FORMULAS_ACTIVATION_H
#else
#define DESCENT_FORMULAS_ACTIVATION_H
#endif

#include <hwy/highway.h>

#include <iterator>

#include "kernels/formulas/exponential.h"
#include "kernels/formulas/tables.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE::formulas {

/// 1 / (1 + e^-x).
template <class V>
HWY_INLINE V sigmoid(V x) {
  const V e = exp_of_minus_abs(x);
  return select(x < V(0), e, V(1)) / (V(1) + e);
}

/// factor / (1 + e) where x >= 0, factor * e / (1 + e) where x < 0.
template <class V>
HWY_INLINE V times_sigmoid(V factor, V x, Decay<V> e) {
  const auto negative = x < V(0);
  const V y = select(negative, factor * e.mantissa, factor) / (V(1) + decayed(e.mantissa, e.power));
  return select(negative, decayed(y, e.power), y);
}

/// x sigmoid(x). Below -112 it is -0, at -infinity too.
template <class V>
HWY_INLINE V silu(V x) {
  return times_sigmoid(max(V(-112), x), x, decay(max(V(-112), -abs(x))));
}

template <class V>
HWY_INLINE V tanh(V x) {
  const V a = min(V(10), abs(x));
  const Reduced<V> y = reduce_by_ln2(a + a, 127);
  const V q = expm1_near_zero(y.r);
  // (e^2a - 1) / (e^2a + 1), or 1 - 2 / (e^2a + 1) where that does not cancel; e^2a = 2^n (1 + q)
  const V power = power_of_two(y);
  const auto large = a > V(0.6);
  const V quotient = select(large, V(2), fma(power, q, power - V(1))) / fma(power, q, power + V(1));
  return copysign(select(large, V(1) - quotient, quotient), x);
}

/// log(1 + e^-|x|).
template <class V>
HWY_INLINE V softplus_tail(V x) {
  const V e = exp_of_minus_abs(x);
  // 2 atanh(u / 2), u = 2e / (2 + e)
  const V u = (e + e) / (V(2) + e);
  const V z = u * u;
  return fma(u * z, polynomial(z, {0x1.555502p-4, 0x1.99d1e4p-7, 0x1.1ebdacp-9, 0x1.1edabep-11}), u);
}

/// log(1 + e^x).
template <class V>
HWY_INLINE V softplus(V x) {
  return max(V(0), x) + softplus_tail(x);
}

template <class V>
HWY_INLINE V log_sigmoid(V x) {
  return -softplus(-x);
}

/// a Phi(-a), Phi the normal distribution function, for a >= 5.5: e^(-a^2 / 2) P(1 / a^2). Above 14.6 it is 0.
template <class V>
HWY_INLINE V far_normal_tail(V from) {
  const V a = min(V(14.6), from);
  const V square = a * a;
  // a^2 = -2 n ln2 + r: the first part of 2 ln2 has so few digits that its product with n is exact.
  const V round(0x1.8p23 + 127 + 64);
  const V rounded = fma(square, V(-0x1.715476p-1), round);
  const V n = rounded - round;
  const V r = fma(n, V(0x1.0bfbe8p-14), fma(a, a, n * V(0x1.62ep+0)));
  const V tail =
      polynomial(r, kExpOfMinusHalf) * polynomial(V(1) / square, {0x1.988452p-2, -0x1.9881f8p-2, 0x1.31f456p+0,
                                                                  -0x1.74cb0ep+2, 0x1.0d9536p+5, -0x1.14056cp+7});
  return tail * from_bits(shift_left<23>(bits(rounded))) * V(0x1p-64);
}

/// The sum of kNormalTail[k][piece] u^(k - kRow) for k from kRow on, and of what the last has in it.
template <int kRow, class V, class Integer>
HWY_INLINE V near_normal_tail(V u, Integer piece) {
  const V coefficient = lookup<kNormalTail, kRow>(piece);
  if constexpr (kRow + 1 == std::size(kNormalTail))
    return fma(from_bits(shift_left<16>(bits(coefficient))), u, coefficient);
  else
    return fma(near_normal_tail<kRow + 1>(u, piece), u, coefficient);
}

/// x Phi(x), Phi the normal distribution function: max(0, x) - a Phi(-a) for a = |x|. Of Phi(-a) there is a polynomial
/// for each piece of 5 / 14 up to a = 5.5; further on x Phi(x) is x itself on the right. Below -14.6 it is -0.
template <class V>
HWY_INLINE V gelu(V x) {
  const V a = min(V(5.5), abs(x));
  const auto piece = bits(fma(a, V(2.8), V(0x1.8p23)));
  const V tail = near_normal_tail<1>(a - lookup<kNormalTail, 0>(piece), piece);
  return replace_seldom(x < V(-5.5), fma(-a, tail, max(V(-0.0), x)), [&] { return -far_normal_tail(-x); });
}

/// x sigmoid(y), y = 2 sqrt(2 / pi) (x + 0.044715 x^3); y is kept in two floats, because e^y magnifies its error.
template <class V>
HWY_INLINE V gelu_tanh(V x) {
  const V a = min(V(11), abs(x));
  const V square = a * a;
  const V square_low = fma(a, a, -square);
  const V cubic = square * V(0x1.2444f2p-4);
  const V cubic_low =
      fma(square, V(0x1.49b16ap-29), fma(square, V(0x1.2444f2p-4), -cubic)) + square_low * V(0x1.2444f2p-4);
  const V linear(0x1.988454p+0);
  const V w = linear + cubic;
  const V part = w - linear;
  const V w_low = ((linear - (w - part)) + (cubic - part)) + (cubic_low + V(-0x1.857936p-25));
  const V y = -(a * w);
  const V y_low = -(fma(a, w, y) + a * w_low);
  return times_sigmoid(max(V(-11), x), x, decay(y, y_low));
}

template <class V>
HWY_INLINE V erf(V x) {
  const V a = min(V(3.95), abs(x));
  const V small = fma(
      x,
      polynomial(x * x, {0x1.06eba6p-3, -0x1.8126f8p-2, 0x1.ce1ddp-4, -0x1.b6beecp-6, 0x1.4876b8p-8, -0x1.3f4f6ap-11}),
      x);
  // 1 - e^-p(a)
  const V p =
      a * polynomial(a, {0x1.20e6d8p+0, 0x1.457952p-1, 0x1.af4c98p-4, -0x1.776824p-6, 0x1.a65686p-9, -0x1.c29a66p-13});
  const Reduced<V> y = reduce_by_ln2(-p, 127);
  const V large = V(1) - polynomial(y.r, kExp) * power_of_two(y);
  return select(abs(x) < V(0.9), small, copysign(large, x));
}

}  // namespace descent::kernels::HWY_NAMESPACE::formulas
HWY_AFTER_NAMESPACE();

#endif  // per target
