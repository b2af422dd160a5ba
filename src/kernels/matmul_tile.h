// Tiles of a matrix product, some rows by one or two vectors, that stay in registers while their products are added up:
// what matrix products and convolutions are made of. Included once per target.
#if defined(DESCENT_KERNELS_MATMUL_TILE_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_KERNELS_MATMUL_TILE_H
#undef DESCENT_KERNELS_MATMUL_TILE_H
#else
#define DESCENT_KERNELS_MATMUL_TILE_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

#include "kernels/matmul_kernels.h"
#include "kernels/reduce_lanes.h"

#ifndef DESCENT_UNROLL
#ifdef __clang__
#define DESCENT_UNROLL _Pragma("unroll")
#else
#define DESCENT_UNROLL _Pragma("GCC unroll 16")
#endif
#endif

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct Tiles {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  static constexpr std::int64_t kVector = hn::MaxLanes(D());
  static constexpr std::int64_t kTileColumns = 2 * kVector;
#if HWY_TARGET == HWY_AVX3
  static constexpr std::int64_t kTileRows = 12;
#else
  static constexpr std::int64_t kTileRows = 6;
#endif

  /// Element (i, p) at data[i * row + p * step]; for b, element (p, j) at data[j * row + p * step].
  struct Strided {
    const T* data;
    std::int64_t row, step;
    Strided from(std::int64_t i, std::int64_t p) const { return {data + i * row + p * step, row, step}; }
  };

  static constexpr std::int64_t kAhead = 8;

  /// What the products are added to: zeros, a number for each row, or what is there.
  struct Start {
    const T* rows = nullptr;
    bool is_there = false;
    Start from(std::int64_t i) const { return {rows ? rows + i : nullptr, is_there}; }
    HWY_INLINE V of_row(int r) const { return rows ? hn::Set(D(), rows[r]) : hn::Zero(D()); }
  };

  /// c = start + a * b for kRows rows and `columns` columns, which take kVecs vectors. Row p of b is at b + p * b_step;
  /// kSide: the rows of a lie side by side. Structs are handed on by reference: copies of them, made with wide loads of
  /// what was just stored in parts, would wait until all that was stored before has reached the cache.
  template <int kRows, int kVecs, bool kPart, bool kSide = false>
  static HWY_NOINLINE void tile(std::int64_t k, const Strided& a, const T* b, std::int64_t b_step, T* c,
                                std::int64_t c_stride, std::int64_t columns, const Start& start) {
    const D d;
    // From two pointers, so that addresses of rows take few registers.
    constexpr int kHalf = kRows > 6 ? kRows / 2 : kRows;
    const std::int64_t row_of_a = kSide ? 1 : a.row, step = a.step;
    const T *from = a.data, *from_half = from + kHalf * row_of_a;
    const std::int64_t last = columns - (kVecs - 1) * kVector;  // columns of the last vector
    V sums[kRows][kVecs];
    DESCENT_UNROLL
    for (int r = 0; r < kRows; ++r) {
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v) sums[r][v] = hn::Zero(d);
    }
    if constexpr (kSide) {
      DESCENT_UNROLL
      for (int r = 0; r < kRows; ++r) {
        __builtin_prefetch(c + r * c_stride, 1);
        if (kVecs > 1) __builtin_prefetch(c + r * c_stride + kVector, 1);
      }
    }
    for (std::int64_t p = 0; p < k; ++p, b += b_step, from += step, from_half += step) {
      if constexpr (kSide) {
        __builtin_prefetch(b + kAhead * b_step);
        if (kVecs > 1) __builtin_prefetch(b + kAhead * b_step + kVector);
      }
      V row[kVecs];
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v)
        row[v] = kPart && v == kVecs - 1 ? load_first(d, b + v * kVector, last, T{0}) : hn::LoadU(d, b + v * kVector);
      DESCENT_UNROLL
      for (int r = 0; r < kRows; ++r) {
        const V value = hn::Set(d, r < kHalf ? from[r * row_of_a] : from_half[(r - kHalf) * row_of_a]);
        DESCENT_UNROLL
        for (int v = 0; v < kVecs; ++v) sums[r][v] = hn::MulAdd(value, row[v], sums[r][v]);
      }
    }
    DESCENT_UNROLL
    for (int r = 0; r < kRows; ++r) {
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v) {
        T* to = c + r * c_stride + v * kVector;
        if (v == kVecs - 1 && last < kVector) {
          const V before = start.is_there ? load_first(d, to, last, T{0}) : start.of_row(r);
          store_first(hn::Add(before, sums[r][v]), d, to, last);
        } else {
          const V before = start.is_there ? hn::LoadU(d, to) : start.of_row(r);
          hn::StoreU(hn::Add(before, sums[r][v]), d, to);
        }
      }
    }
  }

  /// The tiles of `columns` columns from the top of c to the bottom. `packed`: a is packed by rows_of_tile.
  template <int kVecs, bool kPart>
  static void tiles(std::int64_t m, std::int64_t k, const Strided& a, const T* b, std::int64_t b_step, T* c,
                    std::int64_t c_stride, std::int64_t columns, const Start& start) {
    std::int64_t i = 0;
#define DESCENT_TILE(rows, ...)                                                                                        \
  tile<rows, kVecs, kPart __VA_OPT__(, ) __VA_ARGS__>(k, a.from(i, 0), b, b_step, c + i * c_stride, c_stride, columns, \
                                                      start.from(i))
    for (; i + kTileRows <= m; i += kTileRows) {
      if (a.row == 1)
        DESCENT_TILE(kTileRows, true);
      else
        DESCENT_TILE(kTileRows);
    }
    // A tile of few rows waits for its sums: two of half as many are better than a large one and a small one.
    while (i < m) {
      const std::int64_t left = m - i;
      switch (left <= 6 || left == 8 ? left : (left + 1) / 2) {
        case 1:
          DESCENT_TILE(1);
          i += 1;
          break;
        case 2:
          DESCENT_TILE(2);
          i += 2;
          break;
        case 3:
          DESCENT_TILE(3);
          i += 3;
          break;
        case 4:
          DESCENT_TILE(4);
          i += 4;
          break;
        case 5:
          DESCENT_TILE(5);
          i += 5;
          break;
        case 6:
          DESCENT_TILE(6);
          i += 6;
          break;
        default:
          if constexpr (kTileRows > 8) DESCENT_TILE(8);
          i += 8;
      }
    }
#undef DESCENT_TILE
  }

  static void any_tiles(std::int64_t m, std::int64_t k, const Strided& a, const T* b, std::int64_t b_step, bool packed,
                        T* c, std::int64_t c_stride, std::int64_t columns, const Start& start) {
    if (columns > kVector) {
      if (packed || columns == kTileColumns)
        tiles<2, false>(m, k, a, b, b_step, c, c_stride, columns, start);
      else
        tiles<2, true>(m, k, a, b, b_step, c, c_stride, columns, start);
    } else {
      if (packed || columns == kVector)
        tiles<1, false>(m, k, a, b, b_step, c, c_stride, columns, start);
      else
        tiles<1, true>(m, k, a, b, b_step, c, c_stride, columns, start);
    }
  }

  /// Copies [m, k] so that kGroup rows lie side by side: k groups of kGroup values, then those of the next rows. The
  /// last rows are filled up with zeros, to a whole vector.
  template <std::int64_t kGroup>
  static void pack(std::int64_t m, std::int64_t k, Strided from, T* to) {
    if (from.row == 1) {
      for (std::int64_t p = 0; p < k; ++p) {
        const T* values = from.data + p * from.step;
        T* group = to + p * kGroup;
        std::int64_t i = 0;
        for (; i + kGroup <= m; i += kGroup, group += kGroup * k) copy<kGroup>(values + i, group);
        if (i < m) std::fill_n(std::copy_n(values + i, m - i, group), kGroup - (m - i), T{0});
      }
      return;
    }
    for (std::int64_t i = 0; i < m; i += kGroup, to += kGroup * k) {
      const Strided rows = from.from(i, 0);
      const std::int64_t count = std::min(kGroup, m - i);
      std::int64_t r = 0;
      if (rows.step == 1) {
        // So many steps of all rows that what is written stays in the first cache.
        for (std::int64_t p = 0; p < k; p += kTurnedSteps) {
          const T* at = rows.data + p;
          for (r = 0; r + kMove <= count; r += kMove)
            turn(at + r * rows.row, rows.row, std::min(kTurnedSteps, k - p), to + p * kGroup + r, kGroup);
        }
      }
      for (; r < count; ++r)
        for (std::int64_t p = 0; p < k; ++p) to[p * kGroup + r] = rows.data[r * rows.row + p * rows.step];
      const std::int64_t end = count <= kVector ? std::min(kVector, kGroup) : kGroup;
      for (; r < end; ++r)
        for (std::int64_t p = 0; p < k; ++p) to[p * kGroup + r] = 0;
    }
  }

  template <std::int64_t kCount>
  static HWY_INLINE void copy(const T* from, T* to) {
    const hn::CappedTag<T, kCount> d;
    constexpr std::int64_t kLanes = hn::MaxLanes(d);
    if constexpr (kCount % kLanes == 0) {
      DESCENT_UNROLL
      for (std::int64_t i = 0; i < kCount; i += kLanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
    } else {
      std::copy_n(from, kCount, to);
    }
  }

  /// Writes kMove rows of k values, `stride` apart, as columns of rows `to_stride` apart.
  static HWY_INLINE void turn(const T* from, std::int64_t stride, std::int64_t k, T* to, std::int64_t to_stride) {
    std::int64_t p = 0;
#if HWY_TARGET != HWY_SCALAR
    const D d;
    for (; p + kVector <= k; p += kVector) {
      const T* const at = from + p;
      if constexpr (kMove == 4) {
        const V a = hn::LoadU(d, at), b = hn::LoadU(d, at + stride), c = hn::LoadU(d, at + 2 * stride),
                e = hn::LoadU(d, at + 3 * stride);
        // Pairs of rows, as wide values: then pairs of those.
        const hn::RepartitionToWide<D> wide;
        const auto ab_low = hn::BitCast(wide, hn::InterleaveLower(d, a, b)),
                   ab_high = hn::BitCast(wide, hn::InterleaveUpper(d, a, b)),
                   ce_low = hn::BitCast(wide, hn::InterleaveLower(d, c, e)),
                   ce_high = hn::BitCast(wide, hn::InterleaveUpper(d, c, e));
        store_blocks(d, hn::BitCast(d, hn::InterleaveLower(wide, ab_low, ce_low)), to + p * to_stride, 4 * to_stride);
        store_blocks(d, hn::BitCast(d, hn::InterleaveUpper(wide, ab_low, ce_low)), to + (p + 1) * to_stride,
                     4 * to_stride);
        store_blocks(d, hn::BitCast(d, hn::InterleaveLower(wide, ab_high, ce_high)), to + (p + 2) * to_stride,
                     4 * to_stride);
        store_blocks(d, hn::BitCast(d, hn::InterleaveUpper(wide, ab_high, ce_high)), to + (p + 3) * to_stride,
                     4 * to_stride);
      } else {
        const V a = hn::LoadU(d, at), b = hn::LoadU(d, at + stride);
        store_blocks(d, hn::InterleaveLower(d, a, b), to + p * to_stride, 2 * to_stride);
        store_blocks(d, hn::InterleaveUpper(d, a, b), to + (p + 1) * to_stride, 2 * to_stride);
      }
    }
#endif
    for (; p < k; ++p) {
      DESCENT_UNROLL
      for (std::int64_t q = 0; q < kMove; ++q) to[p * to_stride + q] = from[q * stride + p];
    }
  }
  static constexpr std::int64_t kMove = 16 / sizeof(T);
  static constexpr std::int64_t kTurnedSteps = 64;

#if HWY_TARGET != HWY_SCALAR
  /// Stores the blocks of 16 bytes of `v`, `stride` apart.
  template <class Tag>
  static HWY_INLINE void store_blocks(Tag d, hn::Vec<Tag> v, T* to, std::int64_t stride) {
    constexpr std::int64_t kBlocks = hn::MaxLanes(Tag()) / kMove;
    if constexpr (kBlocks == 1) {
      hn::StoreU(v, d, to);
    } else {
      const hn::Half<Tag> half;
      store_blocks(half, hn::LowerHalf(half, v), to, stride);
      store_blocks(half, hn::UpperHalf(half, v), to + kBlocks / 2 * stride, stride);
    }
  }
#endif
};

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
