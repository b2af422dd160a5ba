// Sine, cosine and tangent of doubles. See formulas.h.
#if defined(DESCENT_FORMULAS_FLOAT64_TRIGONOMETRIC_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_FORMULAS_FLOAT64_TRIGONOMETRIC_H
#undef DESCENT_FORMULAS_FLOAT64_TRIGONOMETRIC_H
#else
#define DESCENT_FORMULAS_FLOAT64_TRIGONOMETRIC_H
#endif

#include <hwy/highway.h>

#include <cmath>

#include "kernels/formulas/float64_exponential.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE::formulas::of_doubles {

inline double libm_sin(double x) { return std::sin(x); }
inline double libm_cos(double x) { return std::cos(x); }
inline double libm_tan(double x) { return std::tan(x); }

/// Up to here a multiple of pi / 2 is subtracted in three steps, the first without rounding; numbers beyond go to the C
/// library.
inline constexpr double kReducible = 0x1p30;

/// The sine and the cosine of x - n pi / 2, which is between -pi / 4 and pi / 4; the low bits of `n` are those of n +
/// offset.
template <class V>
struct Quadrant {
  Pair<V> sine, cosine;
  decltype(bits(V(0))) n;
};

template <class V>
HWY_INLINE Quadrant<V> reduce_by_half_pi(V x, int offset) {
  const V round(0x1.8p52 + offset);
  const V rounded = fma(x, V(0x1.45f306dc9c883p-1), round);
  const V n = rounded - round;
  const V high = fma(n, V(-0x1.921fb54442d18p+0), x);
  const V r = fma(n, V(-0x1.1a62633145c07p-54), high);
  const V r_low = fma(n, V(0x1.f1976b7ed8fbcp-110), fma(n, V(-0x1.1a62633145c07p-54), high - r));
  const V z = r * r;
  const V sine = polynomial(z, {-0x1.5555555555548p-3, 0x1.111111110f7ccp-7, -0x1.a01a019bfedb3p-13,
                                0x1.71de35687bf6fp-19, -0x1.ae5e5aff7ba5ap-26, 0x1.5d8febe8671f8p-33});
  const V cosine = polynomial(z, {-0.5, 0x1.555555555554bp-5, -0x1.6c16c16c14fa6p-10, 0x1.a01a019c84988p-16,
                                  -0x1.27e4f7eae56e5p-22, 0x1.1ee9d7c156d34p-29, -0x1.8fa49ca9e3f0ep-37});
  return {{r, fma(r * z, sine, r_low)}, {V(1), fma(z, cosine, -(r * r_low))}, bits(rounded)};
}

/// The sine of x + offset pi / 2.
template <class V>
HWY_INLINE V sine_of_quadrant(Quadrant<V> q) {
  const auto odd = is_odd(q.n);
  const V y = select(odd, q.cosine.high, q.sine.high) + select(odd, q.cosine.low, q.sine.low);
  return from_bits(bits(y) + shift_left<62>(q.n & 2));
}

template <class V>
HWY_INLINE V sin(V x) {
  const V y = sine_of_quadrant(reduce_by_half_pi(x, 0));
  return replace<libm_sin>(!(abs(x) < V(kReducible)), select(x == V(0), x, y), x);
}

template <class V>
HWY_INLINE V cos(V x) {
  return replace<libm_cos>(!(abs(x) < V(kReducible)), sine_of_quadrant(reduce_by_half_pi(x, 1)), x);
}

template <class V>
HWY_INLINE V tan(V x) {
  const Quadrant<V> q = reduce_by_half_pi(x, 0);
  const Pair<V> sine = exact_sum(q.sine.high, q.sine.low), cosine = exact_sum(q.cosine.high, q.cosine.low);
  const auto odd = is_odd(q.n);
  const Pair<V> y = quotient(Pair<V>{select(odd, -cosine.high, sine.high), select(odd, -cosine.low, sine.low)},
                             Pair<V>{select(odd, sine.high, cosine.high), select(odd, sine.low, cosine.low)});
  return replace<libm_tan>(!(abs(x) < V(kReducible)), select(abs(x) < V(0x1p-30), x, y.high + y.low), x);
}

}  // namespace descent::kernels::HWY_NAMESPACE::formulas::of_doubles
HWY_AFTER_NAMESPACE();

#endif  // per target
