// Channels whose numbers lie apart, a few together: each column of the rows of a batch by itself, and then together.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/normalize_columns.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>

#include "kernels/normalize.h"
#include "kernels/normalize_kernels.h"
#include "kernels/normalize_lanes.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct ColumnsOf {
  using Lane = Run<T>;
  using V = typename Lane::V;

  static void squares(const void* from, std::int64_t rows, std::int64_t columns, const void* means, void* sums) {
    const T* x = static_cast<const T*>(from);
    const T* mean = static_cast<const T*>(means);
    T* sum = static_cast<T*>(sums);
    std::fill(sum, sum + columns, T{0});
    for (std::int64_t r = 0; r < rows; ++r, x += columns) {
      Lane::for_each(columns, [&](auto lanes, std::int64_t i) {
        const V deviation = lanes.load(x + i) - lanes.load(mean + i);
        lanes.store(fma(deviation, deviation, lanes.load(sum + i)), sum + i);
      });
    }
  }

  static void slopes(const void* slopes, const void* from, std::int64_t rows, std::int64_t columns, const void* means,
                     void* sums) {
    const T* g = static_cast<const T*>(slopes);
    const T* x = static_cast<const T*>(from);
    const T* mean = static_cast<const T*>(means);
    T* sum = static_cast<T*>(sums);
    T* along = sum + columns;
    std::fill(sum, sum + 2 * columns, T{0});
    for (std::int64_t r = 0; r < rows; ++r, g += columns, x += columns) {
      Lane::for_each(columns, [&](auto lanes, std::int64_t i) {
        const V slope = lanes.load(g + i), deviation = lanes.load(x + i) - lanes.load(mean + i);
        lanes.store(lanes.load(sum + i) + slope, sum + i);
        lanes.store(fma(slope, deviation, lanes.load(along + i)), along + i);
      });
    }
  }

  static void forward(const void* from, std::int64_t rows, std::int64_t columns, const void* maps, void* to) {
    const T* x = static_cast<const T*>(from);
    const T* mean = static_cast<const T*>(maps);
    const T *scale = mean + columns, *bias = scale + columns;
    T* y = static_cast<T*>(to);
    for (std::int64_t r = 0; r < rows; ++r, x += columns, y += columns) {
      Lane::for_each(columns, [&](auto lanes, std::int64_t i) {
        lanes.store(fma(lanes.load(x + i) - lanes.load(mean + i), lanes.load(scale + i), lanes.load(bias + i)), y + i);
      });
    }
  }

  static void backward(const void* slopes, const void* from, std::int64_t rows, std::int64_t columns, const void* maps,
                       void* to) {
    const T* g = static_cast<const T*>(slopes);
    const T* x = static_cast<const T*>(from);
    const T* mean = static_cast<const T*>(maps);
    const T *scale = mean + columns, *mean_slope = scale + columns, *along = mean_slope + columns;
    T* dx = static_cast<T*>(to);
    for (std::int64_t r = 0; r < rows; ++r, g += columns, x += columns, dx += columns) {
      Lane::for_each(columns, [&](auto lanes, std::int64_t i) {
        const V deviation = lanes.load(x + i) - lanes.load(mean + i);
        lanes.store((lanes.load(g + i) - lanes.load(mean_slope + i) - deviation * lanes.load(along + i)) *
                        lanes.load(scale + i),
                    dx + i);
      });
    }
  }

  static constexpr ColumnKernels kernels = {squares, slopes, forward, backward};
};

const ColumnKernels& find_column_kernels(DType type) {
  return type == DType::float32 ? ColumnsOf<float>::kernels : ColumnsOf<double>::kernels;
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

const ColumnKernels& column_kernels(std::int64_t target, DType type) {
  DESCENT_CALL_TARGET(target, find_column_kernels, type);
}

}  // namespace descent::kernels
#endif
