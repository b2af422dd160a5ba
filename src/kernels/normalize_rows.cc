// Rows to mean 0 and variance 1: a row is read from memory once, and again from the first cache.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/normalize_rows.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/normalize.h"
#include "kernels/normalize_kernels.h"
#include "kernels/normalize_lanes.h"
#include "kernels/parallel.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct RowsOf {
  using Lane = Run<T>;
  using V = typename Lane::V;
  using Raw = typename Lane::Raw;

  struct Moments {
    V mean, scale;
  };

  static HWY_INLINE Moments moments(const NormalizedRows& form, const T* x) {
    const auto n = static_cast<double>(form.n);
    T mean = 0;
    if (form.centered) {
      const auto sum = Lane::template sums<1>(
          form.n, [x](auto lanes, std::int64_t i, Raw* values) { values[0] = lanes.load(x + i).raw; });
      mean = static_cast<T>(sum[0] / n);
    }
    const V center = static_cast<double>(mean);
    const auto squares = Lane::template sums<1>(form.n, [x, center](auto lanes, std::int64_t i, Raw* values) {
      const V deviation = lanes.load(x + i) - center;
      values[0] = (deviation * deviation).raw;
    });
    return {center, V(inverse_deviation(squares[0] / n, form.eps))};
  }

  /// `weight` and `bias` of the row, for a number each.
  template <class Whole>
  static HWY_INLINE void forward_row(const NormalizedRows& form, const Moments& m, const T* x, const T* weight,
                                     const T* bias, T* y) {
    const auto normalized = [&](auto lanes, std::int64_t i) { return (lanes.load(x + i) - m.mean) * m.scale; };
    if (bias) {
      Lane::template for_each<Whole>(form.n, [&](auto lanes, std::int64_t i) {
        lanes.put(fma(normalized(lanes, i), lanes.load(weight + i), lanes.load(bias + i)), y + i);
      });
    } else if (weight) {
      Lane::template for_each<Whole>(
          form.n, [&](auto lanes, std::int64_t i) { lanes.put(normalized(lanes, i) * lanes.load(weight + i), y + i); });
    } else {
      Lane::template for_each<Whole>(form.n,
                                     [&](auto lanes, std::int64_t i) { lanes.put(normalized(lanes, i), y + i); });
    }
  }

  /// For form.inner numbers each.
  static HWY_INLINE void forward_runs(const NormalizedRows& form, const Moments& m, const T* x, const T* weight,
                                      const T* bias, T* y) {
    for (std::int64_t at = 0; at < form.n; at += form.inner, ++weight) {
      const V scale = m.scale * V(*weight), shift = bias ? *bias++ : 0;
      Lane::for_each(form.inner, [&](auto lanes, std::int64_t i) {
        lanes.store(fma(lanes.load(x + at + i) - m.mean, scale, shift), y + at + i);
      });
    }
  }

  static void forward(const NormalizedRows& form, std::int64_t first, const void* from, const void* factors,
                      const void* summands, void* to) {
    const T* x = static_cast<const T*>(from);
    T* y = static_cast<T*>(to);
    const bool streams = Lane::is_streamed(form.result_bytes, form.n, to);
    for (std::int64_t r = first; r < first + form.rows; ++r, x += form.n, y += form.n) {
      const std::int64_t offset = r % form.groups * (form.n / form.inner);
      const T* weight = factors ? static_cast<const T*>(factors) + offset : nullptr;
      const T* bias = weight && summands ? static_cast<const T*>(summands) + offset : nullptr;
      const Moments m = moments(form, x);
      if (weight && form.inner > 1)
        forward_runs(form, m, x, weight, bias, y);
      else if (streams)
        forward_row<typename Lane::Streamed>(form, m, x, weight, bias, y);
      else
        forward_row<typename Lane::Full>(form, m, x, weight, bias, y);
    }
    if (streams) hwy::FlushStream();
  }

  /// What a block of rows adds up: of a row, the gradients of its weights and biases; null where there are none.
  struct Sums {
    T *weight, *bias;
  };

  // With h = g weight and the normalized row z: dx = scale (h - mean(h) - z mean(h z)), dweight = sum of g z over rows,
  // dbias = sum of g.
  template <class Whole>
  static HWY_INLINE void backward_row(const NormalizedRows& form, const Moments& m, const T* g, const T* x,
                                      const T* weight, T* dx, Sums sums) {
    const auto n = static_cast<double>(form.n);
    const auto normalized = [&](auto lanes, std::int64_t i) { return (lanes.load(x + i) - m.mean) * m.scale; };
    const auto slope = [&](auto lanes, std::int64_t i) {
      return weight ? lanes.load(g + i) * lanes.load(weight + i) : lanes.load(g + i);
    };
    const auto sum = Lane::template sums<2>(form.n, [&](auto lanes, std::int64_t i, Raw* values) {
      const V h = slope(lanes, i);
      values[0] = h.raw;
      values[1] = (h * normalized(lanes, i)).raw;
    });
    const V mean = form.centered ? sum[0] / n : 0, along = sum[1] / n;
    Lane::template for_each<Whole>(form.n, [&](auto lanes, std::int64_t i) {
      const V z = normalized(lanes, i);
      lanes.put((slope(lanes, i) - mean - z * along) * m.scale, dx + i);
      if (sums.weight) {
        const V of_y = lanes.load(g + i);
        lanes.store(fma(of_y, z, lanes.load(sums.weight + i)), sums.weight + i);
        lanes.store(lanes.load(sums.bias + i) + of_y, sums.bias + i);
      }
    });
  }

  static HWY_INLINE void backward_runs(const NormalizedRows& form, const Moments& m, const T* g, const T* x,
                                       const T* weight, T* dx, Sums sums) {
    const auto n = static_cast<double>(form.n);
    double total = 0, total_along = 0;
    for (std::int64_t run = 0, at = 0; at < form.n; ++run, at += form.inner) {
      const auto sum = Lane::template sums<2>(form.inner, [&](auto lanes, std::int64_t i, Raw* values) {
        const V of_y = lanes.load(g + at + i);
        values[0] = of_y.raw;
        values[1] = (of_y * ((lanes.load(x + at + i) - m.mean) * m.scale)).raw;
      });
      total += static_cast<double>(weight[run]) * sum[0];
      total_along += static_cast<double>(weight[run]) * sum[1];
      sums.bias[run] += static_cast<T>(sum[0]);
      sums.weight[run] += static_cast<T>(sum[1]);
    }
    const V mean = form.centered ? total / n : 0, along = total_along / n;
    for (std::int64_t at = 0; at < form.n; at += form.inner, ++weight) {
      const V factor = *weight;
      Lane::for_each(form.inner, [&](auto lanes, std::int64_t i) {
        const V z = (lanes.load(x + at + i) - m.mean) * m.scale;
        lanes.store((lanes.load(g + at + i) * factor - mean - z * along) * m.scale, dx + at + i);
      });
    }
  }

  static void backward(const NormalizedRows& form, std::int64_t first, const void* slopes, const void* from,
                       const void* factors, void* to, void* partial) {
    const T* g = static_cast<const T*>(slopes);
    const T* x = static_cast<const T*>(from);
    T* dx = static_cast<T*>(to);
    T* sums = static_cast<T*>(partial);
    const bool streams = Lane::is_streamed(form.result_bytes, form.n, to);
    if (factors) std::fill(sums, sums + 2 * form.weights(), T{0});
    for (std::int64_t r = first; r < first + form.rows; ++r, g += form.n, x += form.n, dx += form.n) {
      const Moments m = moments(form, x);
      const std::int64_t offset = r % form.groups * (form.n / form.inner);
      const T* weight = factors ? static_cast<const T*>(factors) + offset : nullptr;
      const Sums of_row = factors ? Sums{sums + offset, sums + form.weights() + offset} : Sums{};
      if (weight && form.inner > 1)
        backward_runs(form, m, g, x, weight, dx, of_row);
      else if (streams)
        backward_row<typename Lane::Streamed>(form, m, g, x, weight, dx, of_row);
      else
        backward_row<typename Lane::Full>(form, m, g, x, weight, dx, of_row);
    }
    if (streams) hwy::FlushStream();
  }

  static constexpr RowKernels kernels = {forward, backward};
};

const RowKernels& find_row_kernels(DType type) {
  return type == DType::float32 ? RowsOf<float>::kernels : RowsOf<double>::kernels;
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {
namespace {

/// Elements that are worth waking a thread for: a dozen things are done with each.
constexpr std::int64_t kGrain = 1 << 13;

const RowKernels& row_kernels(std::int64_t target, DType type) { DESCENT_CALL_TARGET(target, find_row_kernels, type); }

std::int64_t rows_for_grain(const NormalizedRows& form) {
  return std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, form.n));
}

/// Enough work for a thread, and of many rows some more, so that the partial sums stay few.
std::int64_t block_rows(const NormalizedRows& form) {
  return std::max(rows_for_grain(form), std::min<std::int64_t>(64, form.rows / 32));
}

/// `rows` rows of that form.
NormalizedRows part_of(const NormalizedRows& form, std::int64_t rows) {
  NormalizedRows part = form;
  part.result_bytes = form.rows * form.n * static_cast<std::int64_t>(size_of(form.type));
  part.rows = rows;
  return part;
}

}  // namespace

void normalize_rows(const NormalizedRows& form, const void* x, const void* weight, const void* bias, void* y,
                    Finish finish) {
  const RowKernels& kernels = row_kernels(chosen_target(), form.type);
  const std::int64_t row = form.n * static_cast<std::int64_t>(size_of(form.type));
  parallel_for(form.rows, rows_for_grain(form), [&](std::int64_t begin, std::int64_t end) {
    NormalizedRows part = part_of(form, end - begin);
    if (finish.call) part.result_bytes = 0;  // it stays in the cache
    kernels.forward(part, begin, static_cast<const std::byte*>(x) + begin * row, weight, bias,
                    static_cast<std::byte*>(y) + begin * row);
    finish({begin * form.n, end - begin, form.n, form.n});
  });
}

std::int64_t normalize_rows_blocks(const NormalizedRows& form) {
  return (form.rows + block_rows(form) - 1) / block_rows(form);
}

void normalize_rows_backward(const NormalizedRows& form, const void* g, const void* x, const void* weight, void* dx,
                             void* partial) {
  const RowKernels& kernels = row_kernels(chosen_target(), form.type);
  const auto size = static_cast<std::int64_t>(size_of(form.type));
  const std::int64_t row = form.n * size, sums = form.weights() * size, rows = block_rows(form);
  parallel_for(normalize_rows_blocks(form), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t first = block * rows, at = first * row;
      kernels.backward(part_of(form, std::min(rows, form.rows - first)), first, static_cast<const std::byte*>(g) + at,
                       static_cast<const std::byte*>(x) + at, weight, static_cast<std::byte*>(dx) + at,
                       static_cast<std::byte*>(partial) + 2 * block * sums);
    }
  });
}

}  // namespace descent::kernels
#endif
