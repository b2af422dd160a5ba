// The fixed tree in which values are summed up, or otherwise reduced, in vector loops. Included once per target.
#if defined(DESCENT_KERNELS_REDUCE_TREE_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_KERNELS_REDUCE_TREE_H
#undef DESCENT_KERNELS_REDUCE_TREE_H
#else
#define DESCENT_KERNELS_REDUCE_TREE_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cstdint>

#include "kernels/reduce_kernels.h"
#include "kernels/reduce_lanes.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

/// Values as they lie in memory, for a tree to read.
template <class T>
struct InMemory {
  using D = hn::ScalableTag<T>;
  const T* data;
  explicit InMemory(const T* values) : data(values) {}
  HWY_INLINE hn::Vec<D> load(std::int64_t at) const { return hn::LoadU(D(), data + at); }
  HWY_INLINE hn::Vec<D> load_first(std::int64_t at, std::int64_t n, T fill) const {
    return HWY_NAMESPACE::load_first(D(), data + at, n, fill);
  }
};

/// Their squares.
template <class T>
struct Squared {
  InMemory<T> values;
  explicit Squared(const T* data) : values{data} {}
  HWY_INLINE auto load(std::int64_t at) const {
    const auto v = values.load(at);
    return hn::Mul(v, v);
  }
  /// What the lanes without values hold, zeros, does not change a sum of squares, none of which is -0.
  HWY_INLINE auto load_first(std::int64_t at, std::int64_t n, T) const {
    const auto v = values.load_first(at, n, T{0});
    return hn::Mul(v, v);
  }
};

/// ReduceKernels (reduce_kernels.h), of values that a Source gives by their places: load() a vector, load_first() the
/// first lanes of one, the others filled.
template <template <class> class Operation, class T>
struct Tree {
  using Op = Operation<T>;
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  static constexpr std::int64_t kVector = hn::MaxLanes(D());
  static constexpr std::int64_t kLanes = kLaneBytes / sizeof(T);
  static constexpr std::int64_t kStrip = kStripBytes / sizeof(T);
  static constexpr int kLevels = 36;

  /// What goes down the rows together: neighbours in memory.
  static constexpr std::int64_t kGroup = std::min<std::int64_t>(8, kLanes / kVector);

  /// kVecs vectors of columns over `rows` >= 1 rows, one after another.
  template <std::int64_t kVecs, class Source>
  static HWY_INLINE void block(const Source& in, std::int64_t at, std::int64_t rows, std::int64_t stride, V* v) {
    for (std::int64_t g = 0; g < kVecs; ++g) v[g] = in.load(at + g * kVector);
    for (std::int64_t r = 1; r < rows; ++r) {
      at += stride;
      for (std::int64_t g = 0; g < kVecs; ++g) v[g] = Op::combine(v[g], in.load(at + g * kVector));
    }
  }

  /// The same of the first `columns` columns of one vector.
  template <class Source>
  static HWY_INLINE V block_first(const Source& in, std::int64_t at, std::int64_t rows, std::int64_t stride,
                                  std::int64_t columns) {
    V v = in.load_first(at, columns, Op::identity);
    for (std::int64_t r = 1; r < rows; ++r) v = Op::combine(v, in.load_first(at + r * stride, columns, Op::identity));
    return v;
  }

  /// The tree over blocks of kRows rows of at most kWidth columns (reduce_kernels.h).
  template <std::int64_t kRows, std::int64_t kWidth, class Source>
  static HWY_INLINE void combine(const Source& in, std::int64_t rows, std::int64_t stride, std::int64_t width,
                                 std::int64_t rest, T* out) {
    // Where bit l of the number of blocks so far is set, level l holds the tree over 2^l of them.
    HWY_ALIGN T levels[kLevels][kWidth];
    const std::int64_t blocks = (rows + (rest > 0) + kRows - 1) / kRows;
    std::int64_t at = 0;
    for (std::int64_t b = 0; b < blocks; ++b, at += kRows * stride, rows -= kRows) {
      const std::int64_t count = std::min(rows, kRows);
      const bool with_rest = rest > 0 && b == blocks - 1;
      const int merged = std::countr_one(static_cast<std::uint64_t>(b));
      const auto add_subtree = [&](V v, std::int64_t c) {
        for (int l = 0; l < merged; ++l) v = Op::combine(hn::Load(D(), levels[l] + c), v);
        hn::Store(v, D(), levels[merged] + c);
      };
      std::int64_t c = 0;
      if (!with_rest) {
        for (; c + kGroup * kVector <= width; c += kGroup * kVector) {
          V v[kGroup];
          block<kGroup>(in, at + c, count, stride, v);
          for (std::int64_t g = 0; g < kGroup; ++g) add_subtree(v[g], c + g * kVector);
        }
      }
      for (; c < width; c += kVector) {
        V v = hn::Set(D(), Op::identity);
        if (count > 0 && width - c >= kVector)
          block<1>(in, at + c, count, stride, &v);
        else if (count > 0)
          v = block_first(in, at + c, count, stride, width - c);
        if (with_rest && rest > c)
          v = Op::combine(v, in.load_first(at + count * stride + c, std::min(rest - c, kVector), Op::identity));
        add_subtree(v, c);
      }
    }
    const int lowest = std::countr_zero(static_cast<std::uint64_t>(blocks));
    const int highest = std::bit_width(static_cast<std::uint64_t>(blocks));
    for (std::int64_t c = 0; c < width; c += kVector) {
      V v = hn::Load(D(), levels[lowest] + c);
      for (int l = lowest + 1; l < highest; ++l)
        if ((blocks >> l & 1) != 0) v = Op::combine(hn::Load(D(), levels[l] + c), v);
      v = Op::finish(D(), v);
      if (width - c >= kVector)
        hn::StoreU(v, D(), out + c);
      else
        store_first(v, D(), out + c, width - c);
    }
  }

  static HWY_INLINE T fold_vectors(V* v) {
    for (std::int64_t half = kLanes / kVector / 2; half > 0; half /= 2)
      for (std::int64_t k = 0; k < half; ++k) v[k] = Op::combine(v[k], v[k + half]);
    return fold_lanes<Op>(D(), v[0]);
  }
  static HWY_INLINE T fold_lanes_of(const T* lanes) {
    V v[kLanes / kVector];
    for (std::int64_t k = 0; k < kLanes / kVector; ++k) v[k] = hn::LoadU(D(), lanes + k * kVector);
    return fold_vectors(v);
  }

  /// A row of n <= kVector values.
  template <class Source>
  static HWY_INLINE T of_vector(const Source& in, std::int64_t n) {
    return fold_lanes<Op>(D(), in.load_first(0, n, Op::identity));
  }
  /// A row of n <= kLanes values.
  template <class Source>
  static HWY_INLINE T of_lanes(const Source& in, std::int64_t n) {
    V v[kLanes / kVector];
    for (std::int64_t k = 0; k < kLanes / kVector; ++k) {
      const std::int64_t left = n - k * kVector;
      v[k] = left >= kVector ? in.load(k * kVector)
             : left > 0      ? in.load_first(k * kVector, left, Op::identity)
                             : hn::Set(D(), Op::identity);
    }
    return fold_vectors(v);
  }
  /// A row of n >= 1 values: the bits that reduce() gives.
  template <class Source>
  static HWY_INLINE T of_row(const Source& in, std::int64_t n) {
    if (n <= kVector) return of_vector(in, n);
    if (n <= kLanes) return of_lanes(in, n);
    HWY_ALIGN T lanes[kLanes];
    combine<kBlockRows, kLanes>(in, n / kLanes, kLanes, kLanes, n % kLanes, lanes);
    return fold_lanes_of(lanes);
  }
};

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
