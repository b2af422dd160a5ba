#include "kernels/distance.h"

#include <algorithm>
#include <cmath>

#include "kernels/parallel.h"

namespace descent::kernels {
namespace {

/// Rows of one result that make it worth waking a thread.
std::int64_t grain(std::int64_t columns, std::int64_t width) {
  return std::max<std::int64_t>(1, kElementGrain / std::max<std::int64_t>(1, columns * width));
}

/// The sum of squared differences, in lanes that are added in a fixed order.
template <class T>
T squared_distance(const T* x, const T* y, std::int64_t width) {
  constexpr std::int64_t kLanes = 8;
  T lanes[kLanes] = {};
  const auto add = [&](std::int64_t k, std::int64_t lane) {
    const T difference = x[k] - y[k];
    lanes[lane] += difference * difference;
  };
  std::int64_t k = 0;
  for (; k + kLanes <= width; k += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) add(k + lane, lane);
  }
  for (std::int64_t lane = 0; k + lane < width; ++lane) add(k + lane, lane);
  for (std::int64_t half = kLanes / 2; half > 0; half /= 2) {
    for (std::int64_t lane = 0; lane < half; ++lane) lanes[lane] += lanes[lane + half];
  }
  return lanes[0];
}

}  // namespace

void euclidean_distances(DType type, const void* a, const void* b, std::int64_t batch, std::int64_t rows,
                         std::int64_t columns, std::int64_t width, void* out) {
  dispatch_floating("cdist", type, [&](auto zero) {
    using T = decltype(zero);
    parallel_for(batch * rows, grain(columns, width), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const T* x = static_cast<const T*>(a) + row * width;
        const T* y = static_cast<const T*>(b) + row / rows * columns * width;
        T* distance = static_cast<T*>(out) + row * columns;
        for (std::int64_t j = 0; j < columns; ++j) distance[j] = std::sqrt(squared_distance(x, y + j * width, width));
      }
    });
  });
}

void weighted_differences(DType type, const void* weights, const void* a, const void* b, std::int64_t batch,
                          std::int64_t rows, std::int64_t columns, std::int64_t width, void* out) {
  dispatch_floating("cdist", type, [&](auto zero) {
    using T = decltype(zero);
    parallel_for(batch * rows, grain(columns, width), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const T* x = static_cast<const T*>(a) + row * width;
        const T* y = static_cast<const T*>(b) + row / rows * columns * width;
        const T* weight = static_cast<const T*>(weights) + row * columns;
        T* sums = static_cast<T*>(out) + row * width;
        std::fill_n(sums, width, T{0});
        for (std::int64_t j = 0; j < columns; ++j, y += width) {
          for (std::int64_t k = 0; k < width; ++k) sums[k] += weight[j] * (x[k] - y[k]);
        }
      }
    });
  });
}

}  // namespace descent::kernels
