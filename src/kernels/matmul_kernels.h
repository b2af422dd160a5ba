// What matmul.cc asks of each target.
#pragma once

#include <cstdint>
#include <utility>

#include "descent/dtype.h"
#include "kernels/matmul.h"

namespace descent::kernels {

/// Matrix products of floats or doubles on one target and the calling thread. Every element adds its products in the
/// order of k, in blocks: the same bits on every target with fused multiply-add.
struct MatmulKernels {
  /// c[m, n] = a[m, k] * b[k, n], rows of c `c_stride` apart; k > 0.
  void (*block)(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a, MatrixView b, void* c,
                std::int64_t c_stride);

  /// The same from operands that lie in the order of reading, for products that read them several times. Copies m rows
  /// of a, or n columns of b, of `depth` <= kProductDepth elements to whole tiles of them...
  void (*pack_rows)(std::int64_t m, std::int64_t depth, MatrixView a, void* to);
  void (*pack_columns)(std::int64_t n, std::int64_t depth, MatrixView b, void* to);
  /// ...and adds their products to c or, where nothing `is_there`, to zeros; the second with a as it lies.
  void (*packed_block)(std::int64_t m, std::int64_t n, std::int64_t depth, const void* a, const void* b, void* c,
                       std::int64_t c_stride, bool is_there);
  void (*packed_columns_block)(std::int64_t m, std::int64_t n, std::int64_t depth, MatrixView a, const void* b, void* c,
                               std::int64_t c_stride, bool is_there);
};

/// Tiles of every target are parts of so many rows or columns.
inline constexpr std::int64_t kWholeRows = 12, kWholeColumns = 32;

/// a / b, rounded up.
constexpr std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// How c is cut into blocks of about equal size, by the shape alone.
struct Cut {
  /// Multiplications that are worth waking a thread for.
  static constexpr std::int64_t kGrain = 1 << 19;
  /// The largest block of c that one thread computes.
  static constexpr std::int64_t kMostRows = 384, kMostColumns = 256;
  /// Blocks become no smaller than this for the sake of more threads.
  static constexpr std::int64_t kLeastRows = 48, kLeastColumns = 128;

  std::int64_t rows, columns;       // of a block
  std::int64_t across_m, across_n;  // number of blocks

  Cut(std::int64_t m, std::int64_t n, std::int64_t k)
      : across_m(divide_up(m, kMostRows)), across_n(divide_up(n, kMostColumns)) {
    const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
    constexpr double kWork = 2 * kGrain;
    while (across_m * across_n < 16 && work > kWork * static_cast<double>(across_m * across_n)) {
      const bool can_m = m / (2 * across_m) >= kLeastRows;
      const bool can_n = n / (2 * across_n) >= kLeastColumns;
      if (can_n && (!can_m || n / across_n >= m / across_m))
        across_n *= 2;
      else if (can_m)
        across_m *= 2;
      else
        break;
    }
    rows = divide_up(divide_up(m, across_m), kWholeRows) * kWholeRows;
    columns = divide_up(divide_up(n, across_n), kWholeColumns) * kWholeColumns;
  }
};

/// An element's products are added up one after another in blocks of this many, and these one after another...
inline constexpr std::int64_t kProductDepth = 512;
/// ...or all of them in lanes of together so many bytes, which a halving tree then joins.
inline constexpr std::int64_t kDotBytes = 128;

/// How far apart an operand's elements lie: from one row of a, or column of b, to the next, and along k.
struct Steps {
  std::int64_t row, step;

  Steps(const MatrixView& x, bool along_k_transposed)
      : row(along_k_transposed ? 1 : x.row_stride), step(along_k_transposed ? x.row_stride : 1) {}
};
/// Whether a block adds in lanes: for few rows, where both operands lie along k. `is_row`: the columns of c lie side by
/// side even if there is but one, so that a block of one column is taken for one of one row.
inline bool adds_in_lanes(std::int64_t m, std::int64_t n, bool is_row, Steps a, Steps b) {
  if (n == 1 && is_row) {
    std::swap(m, n);
    std::swap(a, b);
  }
  return !(m == 1 && b.row == 1) && m <= 2 && b.step == 1 && a.step == 1;
}

/// For float32 and float64.
const MatmulKernels& matmul_kernels(std::int64_t target, DType type);

/// matmul() on a target of choice: the tests compare the bits of one against another.
void matmul_of_target(std::int64_t target, DType type, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a,
                      std::int64_t a_step, MatrixView b, std::int64_t b_step, void* c, std::int64_t batch,
                      Finish finish = {});

}  // namespace descent::kernels
