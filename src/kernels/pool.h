// The largest of, the means of, and sums over windows of the last dimensions of row-major data: planes of up to three
// dimensions, one after another.
#pragma once

#include <array>
#include <cstdint>

#include "descent/dtype.h"
#include "kernels/window.h"

namespace descent::kernels {

/// A plane, the last dimension innermost. Where `kernel` is 0, windows are spread evenly: output o sees positions
/// floor(o * in / out) to ceil((o + 1) * in / out).
using PoolShape = std::array<WindowDim, 3>;

/// The largest of each window: the value, or its position in the plane, or both; of windows that are spread evenly the
/// position. Of equals the first is the largest; a NaN is larger than all before it. Each window sees something.
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
