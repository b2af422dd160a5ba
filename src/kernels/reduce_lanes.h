// How two vectors combine in each reduction. Included once per target.
#if defined(DESCENT_KERNELS_REDUCE_LANES_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_KERNELS_REDUCE_LANES_H
#undef DESCENT_KERNELS_REDUCE_LANES_H
#else
#define DESCENT_KERNELS_REDUCE_LANES_H
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <limits>

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The first n lanes of a vector in memory; the others are `fill`.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_first(D d, const T* from, std::int64_t n, T fill) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  const auto mask = hn::FirstN(d, static_cast<std::size_t>(n));
  return hn::IfThenElse(mask, hn::MaskedLoad(mask, d, from), hn::Set(d, fill));
#else
  HWY_ALIGN T lanes[hn::MaxLanes(D())];
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(hn::MaxLanes(D())); ++i) lanes[i] = i < n ? from[i] : fill;
  return hn::Load(d, lanes);
#endif
}

template <class D, class T = hn::TFromD<D>>
HWY_INLINE void store_first(hn::Vec<D> v, D d, T* to, std::int64_t n) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  hn::BlendedStore(v, hn::FirstN(d, static_cast<std::size_t>(n)), d, to);
#else
  HWY_ALIGN T lanes[hn::MaxLanes(D())];
  hn::Store(v, d, lanes);
  for (std::int64_t i = 0; i < n; ++i) to[i] = lanes[i];
#endif
}

/// The sum of negative zeros is 0, but a lane without values must not change the others: it holds -0.
template <class T>
struct Sum {
  static constexpr T identity = static_cast<T>(-0.0);
  template <class V>
  static HWY_INLINE V combine(V a, V b) {
    return hn::Add(a, b);
  }
  template <class D>
  static HWY_INLINE hn::Vec<D> finish(D d, hn::Vec<D> v) {
    return hn::Add(v, hn::Zero(d));
  }
};

template <class T>
struct Prod {
  static constexpr T identity = 1;
  template <class V>
  static HWY_INLINE V combine(V a, V b) {
    return hn::Mul(a, b);
  }
  template <class D>
  static HWY_INLINE hn::Vec<D> finish(D, hn::Vec<D> v) {
    return v;
  }
};

/// Of equals the first, of NaNs the first.
template <class T>
struct Maximum {
  static constexpr T identity =
      std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
  template <class V>
  static HWY_INLINE V combine(V a, V b) {
    if constexpr (hwy::IsFloat<T>())
      return hn::IfThenElse(hn::Or(hn::IsNaN(a), hn::Le(b, a)), a, b);
    else
      return hn::Max(a, b);
  }
  template <class D>
  static HWY_INLINE hn::Vec<D> finish(D, hn::Vec<D> v) {
    return v;
  }
};

template <class T>
struct Minimum {
  static constexpr T identity =
      std::numeric_limits<T>::has_infinity ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
  template <class V>
  static HWY_INLINE V combine(V a, V b) {
    if constexpr (hwy::IsFloat<T>())
      return hn::IfThenElse(hn::Or(hn::IsNaN(a), hn::Ge(b, a)), a, b);
    else
      return hn::Min(a, b);
  }
  template <class D>
  static HWY_INLINE hn::Vec<D> finish(D, hn::Vec<D> v) {
    return v;
  }
};

/// Combines lane l with lane l + half, then the halves of the half, down to one value.
template <class Op, class D>
HWY_INLINE hn::TFromD<D> fold_lanes(D d, hn::Vec<D> v) {
#if HWY_TARGET != HWY_SCALAR
  constexpr std::size_t n = hn::MaxLanes(D());
  if constexpr (n * sizeof(hn::TFromD<D>) > 16) {
    const hn::Half<D> half;
    return fold_lanes<Op>(half, Op::combine(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  } else if constexpr (n == 4) {
    v = Op::combine(v, hn::Shuffle1032(v));
    v = Op::combine(v, hn::Shuffle2301(v));
  } else {
    v = Op::combine(v, hn::Shuffle01(v));
  }
#endif
  return hn::GetLane(Op::finish(d, v));
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
