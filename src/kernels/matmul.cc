#include "kernels/matmul.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "descent/error.h"
#include "kernels/matmul_kernels.h"
#include "kernels/parallel.h"
#include "kernels/targets.h"

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

MatmulBlock block_of(std::int64_t target, DType type) {
  static_assert(kComputedDTypeCount == 4, "a case for each below");
  switch (type) {
    case DType::int64:
      return multiply_integers;
    case DType::float32:
      return matmul_block<float>(target);
    case DType::float64:
      return matmul_block<double>(target);
    default:
      break;
  }
  fail("matmul is not defined for ", type);
}

MatrixView advanced(MatrixView x, std::int64_t row, std::int64_t column, std::int64_t elements, std::int64_t size) {
  const std::int64_t offset = elements + (x.transposed ? column * x.row_stride + row : row * x.row_stride + column);
  x.data = static_cast<const std::byte*>(x.data) + offset * size;
  return x;
}

}  // namespace

void matmul_of_target(std::int64_t target, DType type, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a,
                      std::int64_t a_step, MatrixView b, std::int64_t b_step, void* c, std::int64_t batch) {
  if (m == 0 || n == 0 || batch == 0) return;
  const auto size = static_cast<std::int64_t>(size_of(type));
  std::byte* out = static_cast<std::byte*>(c);
  if (k == 0) {
    std::fill_n(out, batch * m * n * size, std::byte{0});
    return;
  }
  const MatmulBlock block = block_of(target, type);
  const Cut cut(m, n, k);
  const std::int64_t blocks = cut.across_m * cut.across_n;
  const std::int64_t work = std::max<std::int64_t>(1, cut.rows * cut.columns * k);
  parallel_for(batch * blocks, std::max<std::int64_t>(1, Cut::kGrain / work),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t item = begin; item < end; ++item) {
                   const std::int64_t i = item / blocks;
                   const std::int64_t row = item % blocks / cut.across_n * cut.rows;
                   const std::int64_t column = item % cut.across_n * cut.columns;
                   if (row >= m || column >= n) continue;
                   block(std::min(cut.rows, m - row), std::min(cut.columns, n - column), k,
                         advanced(a, row, 0, i * a_step, size), advanced(b, 0, column, i * b_step, size),
                         out + (i * m * n + row * n + column) * size, n);
                 }
               });
}

void matmul(DType type, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a, std::int64_t a_step, MatrixView b,
            std::int64_t b_step, void* c, std::int64_t batch) {
  matmul_of_target(chosen_target(), type, m, n, k, a, a_step, b, b_step, c, batch);
}

}  // namespace descent::kernels
