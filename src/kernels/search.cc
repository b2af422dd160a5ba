#include "kernels/search.h"

#include <algorithm>

#include "kernels/nan.h"
#include "kernels/parallel.h"

namespace descent::kernels {

void search_sorted(DType type, const void* sequence, bool shared, std::int64_t rows, std::int64_t n, const void* values,
                   std::int64_t count, bool right, std::int64_t* out) {
  dispatch_computed("a search", type, [&](auto zero) {
    using T = decltype(zero);
    parallel_for(rows * count, 1 << 12, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const T* first = static_cast<const T*>(sequence) + (shared ? 0 : i / count * n);
        const T value = static_cast<const T*>(values)[i];
        // A NaN as value is before no element.
        const T* place = std::partition_point(
            first, first + n, [=](T element) { return right ? !(element > value) : !(element >= value); });
        out[i] = place - first;
      }
    });
  });
}

void running_arg_extreme(DType type, bool largest, const void* in, std::int64_t outer, std::int64_t n,
                         std::int64_t inner, std::int64_t* out) {
  dispatch_computed("a search", type, [&](auto zero) {
    using T = decltype(zero);
    constexpr std::int64_t kGrain = 1 << 14;
    const auto find = [&](const auto& wins) {
      parallel_for(outer * inner, std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, n)),
                   [&](std::int64_t begin, std::int64_t end) {
                     for (std::int64_t column = begin; column < end; ++column) {
                       const std::int64_t offset = column / inner * n * inner + column % inner;
                       const T* from = static_cast<const T*>(in) + offset;
                       std::int64_t* to = out + offset;
                       std::int64_t best = 0;
                       for (std::int64_t j = 0; j < n; ++j) {
                         const T element = from[j * inner], extreme = from[best * inner];
                         if (is_nan(element) || (!is_nan(extreme) && wins(element, extreme))) best = j;
                         to[j * inner] = best;
                       }
                     }
                   });
    };
    if (largest)
      find([](T a, T b) { return a >= b; });
    else
      find([](T a, T b) { return a <= b; });
  });
}

}  // namespace descent::kernels
