// Matrix products of contiguous or transposed row-major matrices.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// A matrix in memory: element (r, c) at data[r * row_stride + c] or, transposed, at data[c * row_stride + r].
struct MatrixView {
  const void* data;
  std::int64_t row_stride;  // at least the length of a stored row
  bool transposed;
};

/// A part of a product that is done: `rows` runs of `columns` elements of c, the first from element `begin` on, each n
/// elements after the one before.
struct Tile {
  std::int64_t begin, rows, columns;
};

/// What is done with each tile of c, on the thread that made it, while it is in a near cache. Nothing: no call.
struct Finish {
  void (*call)(const void* context, const Tile& tile) = nullptr;
  const void* context = nullptr;

  void operator()(const Tile& tile) const {
    if (call) call(context, tile);
  }
};
/// A function of a tile that lives as long as the product takes.
template <class Function>
Finish finish_by(const Function& function) {
  return {[](const void* context, const Tile& tile) { (*static_cast<const Function*>(context))(tile); }, &function};
}

/// c[m, n] = sum over k of a[m, k] * b[k, n] for `batch` products; operand x of product i starts x_step * i elements
/// on (0: shared by all). c is contiguous, [batch, m, n]. float32, float64 and int64. k == 0 gives zeros. The same bits
/// on any number of threads, and on every target with fused multiply-add. `finish` is called for tiles that together
/// are c, once for each element.
void matmul(DType type, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a, std::int64_t a_step, MatrixView b,
            std::int64_t b_step, void* c, std::int64_t batch, Finish finish = {});

}  // namespace descent::kernels
