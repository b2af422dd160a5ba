// Matrix products of floats and doubles on one thread, on every target.
//
// The rows of a and columns of b of a tile (matmul_tile.h) are read where they lie or, where that is slow, from copies
// in the order of reading ("packed").
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matmul_block.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "kernels/matmul_kernels.h"
#include "kernels/matmul_tile.h"
#include "kernels/thread_memory.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct Product : Tiles<T> {
  using typename Tiles<T>::Strided;
  using typename Tiles<T>::D;
  using typename Tiles<T>::V;
  using Tiles<T>::kVector, Tiles<T>::kTileColumns, Tiles<T>::kTileRows, Tiles<T>::any_tiles;
  static constexpr std::int64_t kDepth = kProductDepth;
  /// What is packed at a time: more rows would fill the first cache, and its page table, with rows of c.
  static constexpr std::int64_t kPackedRows = 48;
  static constexpr std::int64_t kPackedColumns = 512;
  /// Packing b pays once it outgrows this and is read for more than these many rows, or, where its rows begin pages, so
  /// that the first cache has but few places for them, these few.
  static constexpr std::int64_t kPackBytes = 1 << 20, kPage = 4096;
  static constexpr std::int64_t kUnpackedRows = 12, kUnpackedRowsOfPages = 3;
  /// Packing a pays for so many columns.
  static constexpr std::int64_t kPackedWidth = 128;

  static HWY_INLINE T* scratch() {
    constinit thread_local ThreadMemory memory;
    return memory.at_least<T>(kDepth * (kPackedColumns + kPackedRows));
  }

  /// Has `rows` rows of `depth` values each on their way to the cache while those before are multiplied.
  static HWY_INLINE void fetch(Strided a, std::int64_t rows, std::int64_t depth) {
    constexpr std::int64_t kLine = 64 / sizeof(T);
    if (a.step != 1) return;
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t p = 0; p < depth; p += kLine) __builtin_prefetch(a.data + i * a.row + p);
  }

  static void direct(std::int64_t m, std::int64_t n, std::int64_t k, Strided a, Strided b, T* c,
                     std::int64_t c_stride) {
    for (std::int64_t j = 0; j < n; j += kTileColumns)
      for (std::int64_t p = 0; p < k; p += kDepth)
        any_tiles(m, std::min(kDepth, k - p), a.from(0, p), b.from(j, p).data, b.step, false, c + j, c_stride,
                  std::min(kTileColumns, n - j), {.is_there = p > 0});
  }

  static void packed(std::int64_t m, std::int64_t n, std::int64_t k, Strided a, Strided b, T* c,
                     std::int64_t c_stride) {
    T* const packed_b = scratch();
    T* const packed_a = packed_b + kDepth * kPackedColumns;
    for (std::int64_t j = 0; j < n; j += kPackedColumns) {
      const std::int64_t width = std::min(kPackedColumns, n - j);
      const bool pack_a = width >= kPackedWidth;  // Else a is read too few times.
      for (std::int64_t p = 0; p < k; p += kDepth) {
        const std::int64_t depth = std::min(kDepth, k - p);
        Tiles<T>::template pack<kTileColumns>(width, depth, b.from(j, p), packed_b);
        for (std::int64_t i = 0; i < m; i += kPackedRows) {
          const std::int64_t height = std::min(kPackedRows, m - i);
          T* to = c + i * c_stride + j;
          if (pack_a) {
            Tiles<T>::template pack<kTileRows>(height, depth, a.from(i, p), packed_a);
            packed_block(height, width, depth, packed_a, packed_b, to, c_stride, p > 0);
            continue;
          }
          if (width <= kTileColumns) fetch(a.from(i + height, p), std::min(kPackedRows, m - i - height), depth);
          by_panels(height, width, depth, a.from(i, p), packed_b, to, c_stride, p > 0);
        }
      }
    }
  }

  /// c[n] = a[k] * b[k, n], rows of b one after another.
  static void row_times_rows(std::int64_t n, std::int64_t k, Strided a, Strided b, T* c) {
    for (std::int64_t p = 0; p < k; p += kDepth) {
      const std::int64_t depth = std::min(kDepth, k - p);
      std::int64_t j = 0;
      for (; j + 8 * kVector <= n; j += 8 * kVector)
        Tiles<T>::template tile<1, 8, false>(depth, a.from(0, p), b.from(j, p).data, b.step, c + j, 0, 8 * kVector,
                                             {.is_there = p > 0});
      for (; j < n; j += kTileColumns)
        any_tiles(1, depth, a.from(0, p), b.from(j, p).data, b.step, false, c + j, 0, std::min(kTileColumns, n - j),
                  {.is_there = p > 0});
    }
  }

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

  static void pack_rows(std::int64_t m, std::int64_t depth, MatrixView a, void* to) {
    Tiles<T>::template pack<kTileRows>(m, depth, strided(a, Steps(a, a.transposed)), static_cast<T*>(to));
  }
  static void pack_columns(std::int64_t n, std::int64_t depth, MatrixView b, void* to) {
    Tiles<T>::template pack<kTileColumns>(n, depth, strided(b, Steps(b, !b.transposed)), static_cast<T*>(to));
  }
  static void packed_block(std::int64_t m, std::int64_t n, std::int64_t depth, const void* a, const void* b,
                           void* result, std::int64_t c_stride, bool is_there) {
    T* c = static_cast<T*>(result);
    for (std::int64_t i = 0; i < m; i += kPackedRows) {
      const std::int64_t height = std::min(kPackedRows, m - i);
      for (std::int64_t j = 0; j < n; j += kTileColumns) {
        const T* panel = static_cast<const T*>(b) + j * depth;
        const std::int64_t columns = std::min(kTileColumns, n - j);
        for (std::int64_t ii = i; ii < i + height; ii += kTileRows) {
          any_tiles(std::min(kTileRows, m - ii), depth, {static_cast<const T*>(a) + ii * depth, 1, kTileRows}, panel,
                    kTileColumns, true, c + ii * c_stride + j, c_stride, columns, {.is_there = is_there});
        }
      }
    }
  }
  static void packed_columns_block(std::int64_t m, std::int64_t n, std::int64_t depth, MatrixView a, const void* b,
                                   void* result, std::int64_t c_stride, bool is_there) {
    const Strided rows = strided(a, Steps(a, a.transposed));
    for (std::int64_t i = 0; i < m; i += kPackedRows)
      by_panels(std::min(kPackedRows, m - i), n, depth, rows.from(i, 0), static_cast<const T*>(b),
                static_cast<T*>(result) + i * c_stride, c_stride, is_there);
  }
  /// The same of few rows.
  static HWY_INLINE void by_panels(std::int64_t m, std::int64_t n, std::int64_t depth, Strided a, const T* b, T* c,
                                   std::int64_t c_stride, bool is_there) {
    for (std::int64_t j = 0; j < n; j += kTileColumns)
      any_tiles(m, depth, a, b + j * depth, kTileColumns, true, c + j, c_stride, std::min(kTileColumns, n - j),
                {.is_there = is_there});
  }

  static Strided strided(const MatrixView& x, Steps steps) {
    return {static_cast<const T*>(x.data), steps.row, steps.step};
  }

  static void block(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a, MatrixView b, void* result,
                    std::int64_t c_stride) {
    T* c = static_cast<T*>(result);
    const Steps a_steps(a, a.transposed), b_steps(b, !b.transposed);
    Strided rows = strided(a, a_steps), columns = strided(b, b_steps);
    const bool in_lanes = adds_in_lanes(m, n, c_stride == 1, a_steps, b_steps);
    if (n == 1 && c_stride == 1) {
      std::swap(m, n);
      std::swap(rows, columns);
    }
    if (in_lanes) {
      for (std::int64_t i = 0; i < m; ++i) row_times_columns(n, k, rows.data + i * rows.row, columns, c + i * c_stride);
      return;
    }
    if (m == 1 && columns.row == 1) return row_times_rows(n, k, rows, columns, c);
    constexpr std::int64_t kSize = sizeof(T);
    const bool begins_pages = columns.step * kSize % kPage == 0;
    const bool is_near = columns.step <= kTileColumns || n * k * kSize <= kPackBytes ||
                         m <= (begins_pages ? kUnpackedRowsOfPages : kUnpackedRows);
    if (columns.row == 1 && is_near) return direct(m, n, k, rows, columns, c, c_stride);
    packed(m, n, k, rows, columns, c, c_stride);
  }

  static constexpr MatmulKernels kernels = {block, pack_rows, pack_columns, packed_block, packed_columns_block};
};

const MatmulKernels& find_matmul_kernels(DType type) {
  return type == DType::float32 ? Product<float>::kernels : Product<double>::kernels;
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

const MatmulKernels& matmul_kernels(std::int64_t target, DType type) {
  DESCENT_CALL_TARGET(target, find_matmul_kernels, type);
}

}  // namespace descent::kernels
#endif
