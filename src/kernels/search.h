// Finding positions in sorted rows, and those of running extremes.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// out[i]: where values[i] belongs in a sorted row of `n` elements: before the elements equal to it, or behind them if
/// `right`; a NaN behind all. There are `count` values to each of `rows` rows of values, and as many rows of the
/// sequence, or one for all if `shared`. Every type.
void search_sorted(DType type, const void* sequence, bool shared, std::int64_t rows, std::int64_t n, const void* values,
                   std::int64_t count, bool right, std::int64_t* out);

/// out[o, j, i] = the last position k <= j of the largest (smallest) of in[o, 0..j, i]; a NaN wins. Every type.
void running_arg_extreme(DType type, bool largest, const void* in, std::int64_t outer, std::int64_t n,
                         std::int64_t inner, std::int64_t* out);

}  // namespace descent::kernels
