// The largest of, the means of, and sums over windows of the last dimensions of row-major data: planes of up to three
// dimensions, one after another.
#pragma once

#include <array>
#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// How windows lie along one dimension. Output o sees positions o * stride - padding + j * dilation, for all j below
/// `kernel`, as far as they are there; where `kernel` is 0, those from floor(o * in / out) to ceil((o + 1) * in / out).
struct PoolDim {
  std::int64_t in = 1, out = 1;
  std::int64_t kernel = 1, stride = 1, padding = 0, dilation = 1;
};

/// A plane, the last dimension innermost.
using PoolShape = std::array<PoolDim, 3>;

/// The largest of each window: the value, if asked for, and its position in the plane. Of equals the first is the
/// largest; a NaN is larger than all before it. Each window sees something.
void max_pool(DType type, const void* in, std::int64_t planes, const PoolShape& shape, void* values,
              std::int64_t* positions);

/// What windows are divided by: `fixed` if that is not 0, else the number of positions, with or without those of the
/// padding.
struct PoolDivisor {
  std::int64_t fixed = 0;
  bool counts_padding = false;
};

/// The sum of each window, divided. Of floating point types, without dilation.
void mean_pool(DType type, const void* in, std::int64_t planes, const PoolShape& shape, PoolDivisor divisor, void* out);

/// Its transpose: gives each position, for all windows that see it, the window's number in `in`, divided.
void mean_pool_transposed(DType type, const void* in, std::int64_t planes, const PoolShape& shape, PoolDivisor divisor,
                          void* out);

}  // namespace descent::kernels
