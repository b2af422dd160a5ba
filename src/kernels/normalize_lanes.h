// Sums over contiguous numbers in fixed lanes, and loops over them. Included once per target.
#if defined(DESCENT_KERNELS_NORMALIZE_LANES_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_KERNELS_NORMALIZE_LANES_H
#undef DESCENT_KERNELS_NORMALIZE_LANES_H
#else
#define DESCENT_KERNELS_NORMALIZE_LANES_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/lanes.h"
#include "kernels/reduce_lanes.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct Run {
  using D = hn::ScalableTag<T>;
  using Raw = hn::Vec<D>;
  using V = Lanes<D>;
  static constexpr std::int64_t kVector = hn::MaxLanes(D());
  static constexpr std::int64_t kChunk = 4096;

  /// A whole vector.
  struct Full {
    HWY_INLINE V load(const T* from) const { return hn::LoadU(D(), from); }
    HWY_INLINE void store(V v, T* to) const { hn::StoreU(v.raw, D(), to); }
    /// Stores a part of the result.
    HWY_INLINE void put(V v, T* to) const { store(v, to); }
    HWY_INLINE Raw keep(Raw v) const { return v; }
  };
  /// The same, where the result goes past the caches: lines that are written whole are not read first.
  struct Streamed : Full {
    HWY_INLINE void put(V v, T* to) const { hn::Stream(v.raw, D(), to); }
  };
  /// The first n lanes of one; the others are 0.
  struct First {
    std::int64_t n;
    HWY_INLINE V load(const T* from) const { return load_first(D(), from, n, T{0}); }
    HWY_INLINE void store(V v, T* to) const { store_first(v.raw, D(), to, n); }
    HWY_INLINE void put(V v, T* to) const { store(v, to); }
    HWY_INLINE Raw keep(Raw v) const { return hn::IfThenElseZero(hn::FirstN(D(), static_cast<std::size_t>(n)), v); }
  };

  /// Calls f(lanes, i) for the vectors that begin at each i, the last one perhaps not whole.
  template <class Whole = Full, class F>
  static HWY_INLINE void for_each(std::int64_t n, const F& f) {
    std::int64_t i = 0;
    for (; i + kVector <= n; i += kVector) f(Whole(), i);
    if (i < n) f(First{n - i}, i);
  }

  /// Whether a result of `bytes`, rows of n, can be Streamed and is too large for who reads it next to find it in a
  /// cache.
  static bool is_streamed(std::int64_t bytes, std::int64_t n, const void* result) {
    constexpr std::int64_t kLeastBytes = 8 << 20;
    return bytes >= kLeastBytes && n % kVector == 0 &&
           reinterpret_cast<std::uintptr_t>(result) % (sizeof(T) * kVector) == 0;
  }

  /// The kSums sums over n numbers of what f(lanes, i, values) leaves in `values`: each chunk in as many lanes as two
  /// sums can keep in registers, the chunks one after another.
  template <int kSums, class F>
  static HWY_INLINE std::array<double, kSums> sums(std::int64_t n, const F& f) {
    constexpr std::int64_t kLanes = 256 / sizeof(T) / kSums, kCount = kLanes / kVector;
    std::array<double, kSums> totals{};
    for (std::int64_t i = 0; i < n;) {
      const std::int64_t end = std::min(n, i + kChunk);
      Raw sum[kSums][kCount], values[kSums];
      for (auto& lanes : sum)
        for (Raw& v : lanes) v = hn::Zero(D());
      for (; i + kLanes <= end; i += kLanes) {
        for (std::int64_t k = 0; k < kCount; ++k) {
          f(Full(), i + k * kVector, values);
          for (int s = 0; s < kSums; ++s) sum[s][k] = hn::Add(sum[s][k], values[s]);
        }
      }
      for (std::int64_t k = 0; i < end; ++k, i += kVector) {
        if (end - i >= kVector) {
          f(Full(), i, values);
        } else {
          const First first{end - i};
          f(first, i, values);
          for (Raw& v : values) v = first.keep(v);
        }
        for (int s = 0; s < kSums; ++s) sum[s][k] = hn::Add(sum[s][k], values[s]);
      }
      i = end;
      for (int s = 0; s < kSums; ++s) totals[static_cast<std::size_t>(s)] += fold(sum[s], kCount);
    }
    return totals;
  }

 private:
  static HWY_INLINE double fold(Raw* v, std::int64_t count) {
    for (std::int64_t half = count / 2; half > 0; half /= 2)
      for (std::int64_t k = 0; k < half; ++k) v[k] = hn::Add(v[k], v[k + half]);
    return static_cast<double>(fold_lanes<Sum<T>>(D(), v[0]));
  }
};

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
