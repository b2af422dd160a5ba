// Gathering and scattering along the middle dimension of contiguous data.
//
// Every index is checked; the first one outside [0, n) makes the call return its position in `index`, with nothing
// promised about the output; otherwise the calls return -1. Negative indices are the caller's to wrap.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// out[o, j, i] = in[o, index[j], i]: in [outer, n, inner], index [count], out [outer, count, inner].
std::int64_t index_select(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                          const std::int64_t* index, std::int64_t count, void* out);

/// out[o, index[j], i] += in[o, j, i]: the transpose of index_select, in the order of j. bool: logical or.
std::int64_t index_add(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                       const std::int64_t* index, std::int64_t count, void* out);

/// out[o, j, i] = in[o, index[o, j, i], i]: in [outer, n, inner], index and out [outer, count, inner].
std::int64_t gather(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                    const std::int64_t* index, std::int64_t count, void* out);

/// out[o, index[o, j, i], i] += in[o, j, i]: out [outer, n, inner], index and in [outer, count, inner].
std::int64_t scatter_add(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                         const std::int64_t* index, std::int64_t count, void* out);

/// The same with what becomes of the element there: it is replaced, multiplied, or gives way to a larger or smaller
/// one, or to a NaN. `product` is not defined for bool.
enum class Scatter : std::uint8_t { replace, product, maximum, minimum };
std::int64_t scatter(Scatter how, DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                     const std::int64_t* index, std::int64_t count, void* out);

}  // namespace descent::kernels
