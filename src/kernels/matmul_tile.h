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

  /// What the products are added to: zeros, a number for each row, or what is there.
  struct Start {
    const T* rows = nullptr;
    bool is_there = false;
    Start from(std::int64_t i) const { return {rows ? rows + i : nullptr, is_there}; }
    HWY_INLINE V of_row(int r) const { return rows ? hn::Set(D(), rows[r]) : hn::Zero(D()); }
  };

  /// c = start + a * b for kRows rows and `columns` columns, which take kVecs vectors. Row p of b is at b + p * b_step.
  template <int kRows, int kVecs, bool kPart>
  static HWY_NOINLINE void tile(std::int64_t k, Strided a, const T* b, std::int64_t b_step, T* c, std::int64_t c_stride,
                                std::int64_t columns, Start start) {
    const D d;
    const std::int64_t last = columns - (kVecs - 1) * kVector;  // columns of the last vector
    V sums[kRows][kVecs];
    DESCENT_UNROLL
    for (int r = 0; r < kRows; ++r) {
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v) sums[r][v] = hn::Zero(d);
    }
    for (std::int64_t p = 0; p < k; ++p, b += b_step, a.data += a.step) {
      V row[kVecs];
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v)
        row[v] = kPart && v == kVecs - 1 ? load_first(d, b + v * kVector, last, T{0}) : hn::LoadU(d, b + v * kVector);
      DESCENT_UNROLL
      for (int r = 0; r < kRows; ++r) {
        const V value = hn::Set(d, a.data[r * a.row]);
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
  static void tiles(std::int64_t m, std::int64_t k, Strided a, const T* b, std::int64_t b_step, T* c,
                    std::int64_t c_stride, std::int64_t columns, Start start) {
    std::int64_t i = 0;
#define DESCENT_TILES(rows)            \
  for (; i + (rows) <= m; i += (rows)) \
    tile<rows, kVecs, kPart>(k, a.from(i, 0), b, b_step, c + i * c_stride, c_stride, columns, start.from(i));
    DESCENT_TILES(kTileRows)
    if constexpr (kTileRows > 8) {
      DESCENT_TILES(8)
    }
    DESCENT_TILES(4)
    DESCENT_TILES(2)
    DESCENT_TILES(1)
#undef DESCENT_TILES
  }

  static void any_tiles(std::int64_t m, std::int64_t k, Strided a, const T* b, std::int64_t b_step, bool packed, T* c,
                        std::int64_t c_stride, std::int64_t columns, Start start) {
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
        for (; i + kGroup <= m; i += kGroup, group += kGroup * k) std::copy_n(values + i, kGroup, group);
        if (i < m) std::fill_n(std::copy_n(values + i, m - i, group), kGroup - (m - i), T{0});
      }
      return;
    }
    for (std::int64_t i = 0; i < m; i += kGroup, to += kGroup * k) {
      const Strided rows = from.from(i, 0);
      const std::int64_t count = std::min(kGroup, m - i);
      std::int64_t r = 0;
      for (; r + kMove <= count; r += kMove) {
        const T* const values = rows.data + r * rows.row;
        for (std::int64_t p = 0; p < k; ++p) {
          DESCENT_UNROLL
          for (std::int64_t q = 0; q < kMove; ++q) to[p * kGroup + r + q] = values[q * rows.row + p];
        }
      }
      for (; r < count; ++r)
        for (std::int64_t p = 0; p < k; ++p) to[p * kGroup + r] = rows.data[r * rows.row + p];
      const std::int64_t end = count <= kVector ? std::min(kVector, kGroup) : kGroup;
      for (; r < end; ++r)
        for (std::int64_t p = 0; p < k; ++p) to[p * kGroup + r] = 0;
    }
  }
  static constexpr std::int64_t kMove = 4;

  /// c[j] = the product of a[k] and row j of b, added up in a fixed number of lanes.
  template <int kRows>
  static HWY_INLINE void dots(std::int64_t k, const T* a, const T* b, std::int64_t b_row, T* c) {
    constexpr std::int64_t kVecs = kDotLanes / kVector;
    const D d;
    V sums[kRows][kVecs];
    DESCENT_UNROLL
    for (int r = 0; r < kRows; ++r) {
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v) sums[r][v] = hn::Zero(d);
    }
    std::int64_t p = 0;
    for (; p + kDotLanes <= k; p += kDotLanes) {
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v) {
        const V value = hn::LoadU(d, a + p + v * kVector);
        DESCENT_UNROLL
        for (int r = 0; r < kRows; ++r)
          sums[r][v] = hn::MulAdd(value, hn::LoadU(d, b + r * b_row + p + v * kVector), sums[r][v]);
      }
    }
    DESCENT_UNROLL
    for (int v = 0; v < kVecs; ++v) {
      const std::int64_t left = std::min(k - p - v * kVector, kVector);
      if (left <= 0) break;
      const V value = load_first(d, a + p + v * kVector, left, T{0});
      DESCENT_UNROLL
      for (int r = 0; r < kRows; ++r)
        sums[r][v] = hn::MulAdd(value, load_first(d, b + r * b_row + p + v * kVector, left, T{0}), sums[r][v]);
    }
    DESCENT_UNROLL
    for (int r = 0; r < kRows; ++r) {
      for (std::int64_t half = kVecs / 2; half > 0; half /= 2)
        for (std::int64_t v = 0; v < half; ++v) sums[r][v] = hn::Add(sums[r][v], sums[r][v + half]);
      c[r] = fold_lanes<Sum<T>>(d, sums[r][0]);
    }
  }
  static constexpr std::int64_t kDotLanes = kDotBytes / sizeof(T);
  static constexpr std::int64_t kDotRows = std::max<std::int64_t>(1, 8 * kVector / kDotLanes);

  static HWY_NOINLINE void row_times_columns(std::int64_t n, std::int64_t k, const T* a, Strided b, T* c) {
    std::int64_t j = 0;
    for (; j + kDotRows <= n; j += kDotRows) dots<kDotRows>(k, a, b.data + j * b.row, b.row, c + j);
    for (; j < n; ++j) dots<1>(k, a, b.data + j * b.row, b.row, c + j);
  }
};

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
