// Weighted sums of positions along the middle dimension of contiguous data.
#pragma once

#include <cstdint>
#include <vector>

#include "descent/dtype.h"

namespace descent::kernels {

/// What each of the new positions is made of: `taps` of the old ones, one after another.
struct Resampling {
  std::int64_t taps;
  std::vector<std::int64_t> index;
  std::vector<double> weight;

  std::int64_t count() const { return static_cast<std::int64_t>(index.size()) / taps; }
};

/// out[o, j, i] = the sum of weight[j, k] in[o, index[j, k], i] over k: in [outer, n, inner], out [outer, count,
/// inner]. Of floating point types.
void resample(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
              const Resampling& resampling, void* out);

/// Its transpose: out [outer, n, inner] is the sum of what stands in for each position, in the order of j and k.
void resample_transposed(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                         const Resampling& resampling, void* out);

}  // namespace descent::kernels
