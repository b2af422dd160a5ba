// Sums that tasks make apart from each other, joined in a fixed order.
#pragma once

#include <algorithm>
#include <cstdint>

#include "descent/dtype.h"
#include "kernels/parallel.h"

namespace descent::kernels {

/// sum[i] = parts[0, i] + parts[1, i] + ..., one after another; `parts` is [count, n], float32 or float64. Where
/// something `is_there`, they are added to that.
inline void add_parts(DType type, const void* parts, std::int64_t count, std::int64_t n, void* sum,
                      bool is_there = false) {
  dispatch_floating("add_parts", type, [&](auto zero) {
    using T = decltype(zero);
    const T* const from = static_cast<const T*>(parts);
    T* const to = static_cast<T*>(sum);
    parallel_for(n, kElementGrain, [&](std::int64_t begin, std::int64_t end) {
      if (!is_there) std::copy(from + begin, from + end, to + begin);
      for (std::int64_t p = is_there ? 0 : 1; p < count; ++p)
        for (std::int64_t i = begin; i < end; ++i) to[i] += from[p * n + i];
    });
  });
}

}  // namespace descent::kernels
