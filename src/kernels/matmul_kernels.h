// What matmul.cc asks of each target.
#pragma once

#include <cstdint>

#include "descent/dtype.h"
#include "kernels/matmul.h"

namespace descent::kernels {

/// c[m, n] = a[m, k] * b[k, n], rows of c `c_stride` apart, on the calling thread; k > 0. Every element adds its
/// products in the order of k, in blocks: the same bits on every target with fused multiply-add.
using MatmulBlock = void (*)(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a, MatrixView b, void* c,
                             std::int64_t c_stride);

/// For float and double.
template <class T>
MatmulBlock matmul_block(std::int64_t target);

/// matmul() on a target of choice: the tests compare the bits of one against another.
void matmul_of_target(std::int64_t target, DType type, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a,
                      std::int64_t a_step, MatrixView b, std::int64_t b_step, void* c, std::int64_t batch);

}  // namespace descent::kernels
