// Tiles of matrix products: some rows by one or two vectors of a result that stay in registers while their products are
// added up. Included once per target.
#if defined(DESCENT_KERNELS_MATMUL_TILE_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_KERNELS_MATMUL_TILE_H
#undef DESCENT_KERNELS_MATMUL_TILE_H
#else
#define DESCENT_KERNELS_MATMUL_TILE_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

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

  /// c = a * b, or c += a * b, for kRows rows and `columns` columns, which take kVecs vectors. Element (r, p) of a is
  /// at a + r * a_row + p * a_step, row p of b at b + p * b_step. (Numbers, not a Strided: that would go by the stack.)
  template <int kRows, int kVecs, bool kPart>
  static HWY_NOINLINE void tile(std::int64_t k, const T* a, std::int64_t a_row, std::int64_t a_step, const T* b,
                                std::int64_t b_step, T* c, std::int64_t c_stride, std::int64_t columns,
                                bool accumulate) {
    const D d;
    const std::int64_t last = columns - (kVecs - 1) * kVector;  // columns of the last vector
    V sums[kRows][kVecs];
    DESCENT_UNROLL
    for (int r = 0; r < kRows; ++r) {
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v) sums[r][v] = hn::Zero(d);
    }
    for (std::int64_t p = 0; p < k; ++p, b += b_step, a += a_step) {
      V row[kVecs];
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v)
        row[v] = kPart && v == kVecs - 1 ? load_first(d, b + v * kVector, last, T{0}) : hn::LoadU(d, b + v * kVector);
      DESCENT_UNROLL
      for (int r = 0; r < kRows; ++r) {
        const V value = hn::Set(d, a[r * a_row]);
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
          const V before = accumulate ? load_first(d, to, last, T{0}) : hn::Zero(d);
          store_first(hn::Add(before, sums[r][v]), d, to, last);
        } else {
          const V before = accumulate ? hn::LoadU(d, to) : hn::Zero(d);
          hn::StoreU(hn::Add(before, sums[r][v]), d, to);
        }
      }
    }
  }

  /// The tiles of `columns` columns from the top of c to the bottom. `packed`: a is packed by rows_of_tile.
  template <int kVecs, bool kPart>
  static void tiles(std::int64_t m, std::int64_t k, Strided a, const T* b, std::int64_t b_step, T* c,
                    std::int64_t c_stride, std::int64_t columns, bool accumulate) {
    std::int64_t i = 0;
#define DESCENT_TILES(rows)                                                                                        \
  for (; i + (rows) <= m; i += (rows))                                                                             \
    tile<rows, kVecs, kPart>(k, a.data + i * a.row, a.row, a.step, b, b_step, c + i * c_stride, c_stride, columns, \
                             accumulate);
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
                        std::int64_t c_stride, std::int64_t columns, bool accumulate) {
    if (columns > kVector) {
      if (packed || columns == kTileColumns)
        tiles<2, false>(m, k, a, b, b_step, c, c_stride, columns, accumulate);
      else
        tiles<2, true>(m, k, a, b, b_step, c, c_stride, columns, accumulate);
    } else {
      if (packed || columns == kVector)
        tiles<1, false>(m, k, a, b, b_step, c, c_stride, columns, accumulate);
      else
        tiles<1, true>(m, k, a, b, b_step, c, c_stride, columns, accumulate);
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
};

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
