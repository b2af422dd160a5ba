#include "kernels/matmul.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "descent/error.h"
#include "kernels/add_parts.h"
#include "kernels/matmul_kernels.h"
#include "kernels/parallel.h"
#include "kernels/targets.h"
#include "kernels/thread_memory.h"

namespace descent::kernels {
namespace {

/// int64 wraps around as unsigned integers do.
void multiply_integers(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a, MatrixView b, void* result,
                       std::int64_t c_stride) {
  const auto at = [](const MatrixView& x, std::int64_t r, std::int64_t c) {
    return static_cast<const std::uint64_t*>(x.data)[x.transposed ? c * x.row_stride + r : r * x.row_stride + c];
  };
  for (std::int64_t i = 0; i < m; ++i) {
    std::uint64_t* c = static_cast<std::uint64_t*>(result) + i * c_stride;
    std::fill_n(c, n, 0);
    for (std::int64_t p = 0; p < k; ++p) {
      const std::uint64_t value = at(a, i, p);
      for (std::int64_t j = 0; j < n; ++j) c[j] += value * at(b, p, j);
    }
  }
}

MatrixView advanced(MatrixView x, std::int64_t row, std::int64_t column, std::int64_t elements, std::int64_t size) {
  const std::int64_t offset = elements + (x.transposed ? column * x.row_stride + row : row * x.row_stride + column);
  x.data = static_cast<const std::byte*>(x.data) + offset * size;
  return x;
}

/// Memory of the calling thread for packed operands, kept for the next product.
std::byte* packing_memory(std::size_t bytes) {
  constinit thread_local ThreadMemory memory;
  return static_cast<std::byte*>(memory.at_least(bytes));
}

/// Whether it pays to bring the operands into the order of reading, once for all threads: where elements are read by
/// many tiles of several blocks, and not near each other as they lie. What one block reads it packs for itself.
bool is_worth_packing(std::int64_t size, std::int64_t m, std::int64_t n, std::int64_t k, const MatrixView& a,
                      const MatrixView& b) {
  constexpr std::int64_t kRows = 48, kColumns = 64, kWork = 1 << 23, kNearBytes = 1 << 20, kPage = 4096;
  if (m < kRows || n < kColumns || m * n * k < kWork) return false;
  const bool is_near = n * k * size <= kNearBytes && b.row_stride * size % kPage != 0;
  const Cut cut(m, n, k);
  return (a.transposed && cut.across_n > 1) || ((b.transposed || !is_near) && cut.across_m > 1);
}

/// Whether rows of a tile can be read where they lie: not if they fall into one set of the first cache.
bool is_near_in_rows(std::int64_t size, const MatrixView& a) {
  constexpr std::int64_t kSets = 1024;
  return !a.transposed && a.row_stride * size % kSets != 0;
}

/// c += a b or, where nothing `is_there`, c = a b, of at most kMostPacked rows, columns and steps of k. Both operands
/// are packed once, for all threads, so that a block of c stays in the second cache until it is done. `first` is where
/// c begins, to `finish`.
constexpr std::int64_t kMostPacked = 2048;
void multiply_packed(const MatmulKernels& kernels, std::int64_t size, std::int64_t m, std::int64_t n, std::int64_t k,
                     MatrixView a, MatrixView b, std::byte* c, std::int64_t c_stride, bool is_there, std::int64_t first,
                     const Finish& finish) {
  // What a task packs: long runs of memory, and enough tasks.
  constexpr std::int64_t kRows = 16 * kWholeRows, kColumns = 8 * kWholeColumns;
  const bool pack_a = !is_near_in_rows(size, a);
  const std::int64_t row_parts = pack_a ? divide_up(m, kRows) : 0, column_parts = divide_up(n, kColumns);
  const std::int64_t parts = row_parts + column_parts, depths = divide_up(k, kProductDepth);
  const std::int64_t rows = pack_a ? divide_up(m, kWholeRows) * kWholeRows * size : 0,
                     columns = divide_up(n, kWholeColumns) * kWholeColumns * size;
  std::byte* const packed_a = packing_memory(static_cast<std::size_t>((rows + columns) * k));
  std::byte* const packed_b = packed_a + rows * k;
  const auto depth_at = [k](std::int64_t p) { return std::min(kProductDepth, k - p); };
  parallel_for(depths * parts, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t p = item / parts * kProductDepth, part = item % parts, depth = depth_at(p);
      if (part < row_parts) {
        const std::int64_t i = part * kRows;
        kernels.pack_rows(std::min(kRows, m - i), depth, advanced(a, i, p, 0, size),
                          packed_a + p * rows + i * depth * size);
      } else {
        const std::int64_t j = (part - row_parts) * kColumns;
        kernels.pack_columns(std::min(kColumns, n - j), depth, advanced(b, p, j, 0, size),
                             packed_b + p * columns + j * depth * size);
      }
    }
  });
  const Cut cut(m, n, k);
  parallel_for(cut.across_m * cut.across_n, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t i = item / cut.across_n * cut.rows, j = item % cut.across_n * cut.columns;
      if (i >= m || j >= n) continue;
      const std::int64_t height = std::min(cut.rows, m - i), width = std::min(cut.columns, n - j);
      for (std::int64_t p = 0; p < k; p += kProductDepth) {
        const std::int64_t depth = depth_at(p);
        const std::byte* const from_b = packed_b + p * columns + j * depth * size;
        std::byte* const to = c + (i * c_stride + j) * size;
        if (pack_a) {
          kernels.packed_block(height, width, depth, packed_a + p * rows + i * depth * size, from_b, to, c_stride,
                               is_there || p > 0);
        } else {
          kernels.packed_columns_block(height, width, depth, advanced(a, i, p, 0, size), from_b, to, c_stride,
                                       is_there || p > 0);
        }
      }
      finish({first + i * c_stride + j, height, width, c_stride});
    }
  });
}

/// Whether a product has too few blocks of c for many threads, but is deep enough that these can share its steps along
/// k instead.
bool is_deep(const Cut& cut, std::int64_t m, std::int64_t n, std::int64_t k, const MatrixView& a, const MatrixView& b,
             std::int64_t batch) {
  constexpr std::int64_t kFewBlocks = 4, kLeastDepths = 4;
  if (batch * cut.across_m * cut.across_n >= kFewBlocks || k < kLeastDepths * kProductDepth) return false;
  const std::int64_t last_rows = (m - 1) % cut.rows + 1, last_columns = (n - 1) % cut.columns + 1;
  return !adds_in_lanes(last_rows, last_columns, n == 1, Steps(a, a.transposed), Steps(b, !b.transposed));
}

/// Products of a batch, in blocks of c that threads share.
void multiply_blocks(decltype(MatmulKernels::block) block, std::int64_t size, const Cut& cut, std::int64_t m,
                     std::int64_t n, std::int64_t k, MatrixView a, std::int64_t a_step, MatrixView b,
                     std::int64_t b_step, std::byte* c, std::int64_t batch, const Finish& finish) {
  const std::int64_t blocks = cut.across_m * cut.across_n, elements = cut.rows * cut.columns;
  std::int64_t grain = Cut::kGrain / (elements * k);
  if (finish.call) grain = std::min(grain, kElementGrain / elements);
  parallel_for(batch * blocks, std::max<std::int64_t>(1, grain), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t i = item / blocks;
      const std::int64_t row = item % blocks / cut.across_n * cut.rows;
      const std::int64_t column = item % cut.across_n * cut.columns;
      if (row >= m || column >= n) continue;
      const Tile tile{i * m * n + row * n + column, std::min(cut.rows, m - row), std::min(cut.columns, n - column), n};
      block(tile.rows, tile.columns, k, advanced(a, row, 0, i * a_step, size), advanced(b, 0, column, i * b_step, size),
            c + tile.begin * size, n);
      finish(tile);
    }
  });
}

/// c = a b, each depth as a product of its own, and their results then added up in the same order as by one thread.
void multiply_deep(decltype(MatmulKernels::block) block, DType type, const Cut& cut, std::int64_t m, std::int64_t n,
                   std::int64_t k, MatrixView a, MatrixView b, std::byte* c) {
  constexpr std::int64_t kAtOnce = 32 * kProductDepth;
  const auto size = static_cast<std::int64_t>(size_of(type));
  const std::int64_t a_step = kProductDepth * (a.transposed ? a.row_stride : 1),
                     b_step = kProductDepth * (b.transposed ? 1 : b.row_stride);
  std::byte* const parts = packing_memory(static_cast<std::size_t>(kAtOnce / kProductDepth * m * n * size));
  for (std::int64_t p = 0; p < k; p += kAtOnce) {
    const std::int64_t steps = std::min(kAtOnce, k - p), whole = steps / kProductDepth, rest = steps % kProductDepth;
    const auto multiply = [&](std::int64_t from, std::int64_t depth, std::int64_t batch) {
      multiply_blocks(block, size, cut, m, n, depth, advanced(a, 0, p + from, 0, size), a_step,
                      advanced(b, p + from, 0, 0, size), b_step, parts + from / kProductDepth * m * n * size, batch,
                      {});
    };
    if (whole > 0) multiply(0, kProductDepth, whole);
    if (rest > 0) multiply(whole * kProductDepth, rest, 1);
    add_parts(type, parts, divide_up(steps, kProductDepth), m * n, c, p > 0);
  }
}

}  // namespace

void matmul_of_target(std::int64_t target, DType type, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a,
                      std::int64_t a_step, MatrixView b, std::int64_t b_step, void* c, std::int64_t batch,
                      Finish finish) {
  if (m == 0 || n == 0 || batch == 0) return;
  const auto size = static_cast<std::int64_t>(size_of(type));
  std::byte* out = static_cast<std::byte*>(c);
  if (k == 0) {
    std::fill_n(out, batch * m * n * size, std::byte{0});
    finish({0, batch * m, n, n});
    return;
  }
  const bool is_real = is_floating_point(type);
  if (!is_real && type != int64) fail("matmul is not defined for ", type);
  if (is_real && is_worth_packing(size, m, n, k, a, b)) {
    const MatmulKernels& kernels = matmul_kernels(target, type);
    for (std::int64_t item = 0; item < batch; ++item) {
      for (std::int64_t i = 0; i < m; i += kMostPacked) {
        for (std::int64_t j = 0; j < n; j += kMostPacked) {
          const std::int64_t first = item * m * n + i * n + j;
          for (std::int64_t p = 0; p < k; p += kMostPacked) {
            multiply_packed(kernels, size, std::min(kMostPacked, m - i), std::min(kMostPacked, n - j),
                            std::min(kMostPacked, k - p), advanced(a, i, p, item * a_step, size),
                            advanced(b, p, j, item * b_step, size), out + first * size, n, p > 0, first,
                            p + kMostPacked < k ? Finish{} : finish);
          }
        }
      }
    }
    return;
  }
  const auto block = is_real ? matmul_kernels(target, type).block : multiply_integers;
  const Cut cut(m, n, k);
  if (!is_real || !is_deep(cut, m, n, k, a, b, batch))
    return multiply_blocks(block, size, cut, m, n, k, a, a_step, b, b_step, out, batch, finish);
  for (std::int64_t item = 0; item < batch; ++item) {
    const std::int64_t first = item * m * n;
    multiply_deep(block, type, cut, m, n, k, advanced(a, 0, 0, item * a_step, size),
                  advanced(b, 0, 0, item * b_step, size), out + first * size);
    finish({first, m, n, n});
  }
}

void matmul(DType type, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a, std::int64_t a_step, MatrixView b,
            std::int64_t b_step, void* c, std::int64_t batch, Finish finish) {
  matmul_of_target(chosen_target(), type, m, n, k, a, a_step, b, b_step, c, batch, finish);
}

}  // namespace descent::kernels
