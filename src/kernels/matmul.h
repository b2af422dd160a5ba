// Matrix products of contiguous or transposed row-major matrices.
#pragma once

#include <cstdint>

#include "descent/dtype.h"
#include "kernels/finish.h"

namespace descent::kernels {

/// A matrix in memory: element (r, c) at data[r * row_stride + c] or, transposed, at data[c * row_stride + r].
struct MatrixView {
  const void* data;
  std::int64_t row_stride;  // at least the length of a stored row
  bool transposed;
};

/// c[m, n] = sum over k of a[m, k] * b[k, n] for `batch` products; operand x of product i starts x_step * i elements
/// on (0: shared by all). c is contiguous, [batch, m, n]. float32, float64 and int64. k == 0 gives zeros. The same bits
/// on any number of threads, and on every target with fused multiply-add. `finish` is called for tiles that together
/// are c, once for each element.
void matmul(DType type, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a, std::int64_t a_step, MatrixView b,
            std::int64_t b_step, void* c, std::int64_t batch, Finish finish = {});

}  // namespace descent::kernels
