// What softmax weights are made of in vector loops: e^x of numbers that are not positive, rows of scores in a fixed
// number of virtual lanes. Included once per target.
#if defined(DESCENT_KERNELS_WEIGHTS_LANES_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_KERNELS_WEIGHTS_LANES_H
#undef DESCENT_KERNELS_WEIGHTS_LANES_H
#else
#define DESCENT_KERNELS_WEIGHTS_LANES_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "kernels/formulas.h"
#include "kernels/lanes.h"
#include "kernels/reduce_lanes.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

/// e^x for x <= 0, within 2 ulp; 0 where it would not be a normal number.
template <class D>
HWY_INLINE Lanes<D> exp_of_nonpositive(Lanes<D> x) {
  using L = Lanes<D>;
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    const auto y = formulas::reduce_by_ln2(max(L(-87), x), 127);
    return select(x < L(-87), L(0), formulas::polynomial(y.r, formulas::kExp) * formulas::power_of_two(y));
  } else {
    return formulas::of_doubles::exp_or_zero(x);
  }
}

/// Rows that are, but for dot(), whole groups of kLanes long.
template <class T>
struct WeightRow {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  using L = Lanes<D>;
  static constexpr std::int64_t kVector = hn::MaxLanes(D());
  static constexpr std::int64_t kLanes = 64 / sizeof(T);
  static constexpr std::int64_t kVecs = kLanes / kVector;
  static constexpr T kInfinity = std::numeric_limits<T>::infinity();

  static constexpr std::int64_t padded(std::int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

  template <class Op>
  static HWY_INLINE T fold(V* v) {
    for (std::int64_t half = kVecs / 2; half > 0; half /= 2)
      for (std::int64_t i = 0; i < half; ++i) v[i] = Op::combine(v[i], v[i + half]);
    return fold_lanes<Op>(D(), v[0]);
  }

  /// The sum of a row.
  static HWY_INLINE T sum(const T* row, std::int64_t n) {
    const D d;
    V sums[kVecs];
    for (V& v : sums) v = hn::Zero(d);
    for (std::int64_t c = 0; c < n; c += kLanes)
      for (std::int64_t v = 0; v < kVecs; ++v) sums[v] = hn::Add(sums[v], hn::LoadU(d, row + c + v * kVector));
    return fold<Sum<T>>(sums);
  }

  /// The sum of products of two rows of any length.
  static HWY_INLINE T dot(const T* a, const T* b, std::int64_t n) {
    const D d;
    V sums[kVecs];
    for (V& v : sums) v = hn::Zero(d);
    std::int64_t c = 0;
    for (; c + kLanes <= n; c += kLanes)
      for (std::int64_t v = 0; v < kVecs; ++v)
        sums[v] = hn::MulAdd(hn::LoadU(d, a + c + v * kVector), hn::LoadU(d, b + c + v * kVector), sums[v]);
    for (std::int64_t v = 0; v < kVecs; ++v) {
      const std::int64_t left = std::min(n - c - v * kVector, kVector);
      if (left <= 0) break;
      sums[v] = hn::MulAdd(load_first(d, a + c + v * kVector, left, T{0}),
                           load_first(d, b + c + v * kVector, left, T{0}), sums[v]);
    }
    return fold<Sum<T>>(sums);
  }
};

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
