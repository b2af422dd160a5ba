// Arithmetic, rounding, comparisons. See formulas.h.
#if defined(DESCENT_FORMULAS_ARITHMETIC_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_FORMULAS_ARITHMETIC_H
#undef DESCENT_FORMULAS_ARITHMETIC_H
#else
#define DESCENT_FORMULAS_ARITHMETIC_H
#endif

#include <hwy/highway.h>

#include <limits>

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE::formulas {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <class V>
HWY_INLINE V neg(V x) {
  return -x;
}

/// 0 for a NaN, as PyTorch gives.
template <class V>
HWY_INLINE V sign(V x) {
  return select(x > V(0), V(1), select(x < V(0), V(-1), V(0)));
}

template <class V>
HWY_INLINE V square(V x) {
  return x * x;
}

template <class V>
HWY_INLINE V relu(V x) {
  return select(x < V(0), V(0), x);
}

template <class V>
HWY_INLINE V frac(V x) {
  return x - trunc(x);
}

template <class V>
HWY_INLINE V reciprocal(V x) {
  return V(1) / x;
}

template <class V>
HWY_INLINE V rsqrt(V x) {
  return V(1) / sqrt(x);
}

template <class V>
HWY_INLINE auto isnan(V x) {
  return x != x;
}

template <class V>
HWY_INLINE auto isinf(V x) {
  return abs(x) == V(kInfinity);
}

template <class V>
HWY_INLINE auto isfinite(V x) {
  return abs(x) < V(kInfinity);
}

template <class V>
HWY_INLINE V add(V a, V b) {
  return a + b;
}

template <class V>
HWY_INLINE V sub(V a, V b) {
  return a - b;
}

template <class V>
HWY_INLINE V mul(V a, V b) {
  return a * b;
}

template <class V>
HWY_INLINE V double_product(V a, V b) {
  return a * (b + b);
}

template <class V>
HWY_INLINE V div(V a, V b) {
  return a / b;
}

/// A NaN wins; of two zeros, the second.
template <class V>
HWY_INLINE V minimum(V a, V b) {
  return select(a != a, a, select(a < b, a, b));
}

template <class V>
HWY_INLINE V maximum(V a, V b) {
  return select(a != a, a, select(a > b, a, b));
}

template <class V>
HWY_INLINE auto eq(V a, V b) {
  return a == b;
}

template <class V>
HWY_INLINE auto ne(V a, V b) {
  return a != b;
}

template <class V>
HWY_INLINE auto lt(V a, V b) {
  return a < b;
}

template <class V>
HWY_INLINE auto le(V a, V b) {
  return a <= b;
}

template <class V>
HWY_INLINE auto gt(V a, V b) {
  return a > b;
}

template <class V>
HWY_INLINE auto ge(V a, V b) {
  return a >= b;
}

template <class C, class V>
HWY_INLINE V where(C condition, V a, V b) {
  return select(condition, a, b);
}

template <class V>
HWY_INLINE V addcmul(V a, V b, V c) {
  return fma(b, c, a);
}

}  // namespace descent::kernels::HWY_NAMESPACE::formulas
HWY_AFTER_NAMESPACE();

#endif  // per target
