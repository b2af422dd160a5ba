// Windows of planes, on every target.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pool.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "kernels/parallel.h"
#include "kernels/pool.h"

#ifndef DESCENT_KERNELS_POOL_CC
#define DESCENT_KERNELS_POOL_CC
namespace descent::kernels {

/// The positions that an output sees along one dimension, and how many its window counts.
struct Window {
  std::int64_t begin, end, count;
};

inline Window window_of(const WindowDim& dim, std::int64_t o, bool counts_padding) {
  if (dim.kernel == 0) {
    const std::int64_t begin = o * dim.in / dim.out, end = ((o + 1) * dim.in + dim.out - 1) / dim.out;
    return {begin, end, end - begin};
  }
  const std::int64_t first = o * dim.stride - dim.padding;
  const std::int64_t begin = std::max<std::int64_t>(first, 0), end = std::min(first + dim.kernel, dim.in);
  const std::int64_t padded_end = std::min(first + dim.kernel, dim.in + dim.padding);
  return {begin, end, counts_padding ? padded_end - first : end - begin};
}

inline std::vector<Window> windows_of(const WindowDim& dim, bool counts_padding) {
  std::vector<Window> windows;
  for (std::int64_t o = 0; o < dim.out; ++o) windows.push_back(window_of(dim, o, counts_padding));
  return windows;
}

struct PoolKernels {
  /// Of output rows begin to end, counted over all planes.
  void (*max_rows)(const void* in, const PoolShape& shape, std::int64_t begin, std::int64_t end, void* values,
                   std::int64_t* positions);
  void (*mean_rows)(const void* in, const PoolShape& shape, PoolDivisor divisor, std::int64_t begin, std::int64_t end,
                    void* out);
  /// Of planes begin to end.
  void (*mean_planes_transposed)(const void* in, const PoolShape& shape, PoolDivisor divisor, std::int64_t begin,
                                 std::int64_t end, void* out);
};

}  // namespace descent::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
constexpr T kLowest = std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity()
                                                           : std::numeric_limits<T>::lowest();

/// A vector of outputs of one row at a time: each position of the windows in turn, for all of them.
template <class T>
struct MaxPool {
  using D = hn::ScalableTag<T>;
  using Number = hwy::MakeSigned<T>;  // of a position within its window
  using N = hn::Rebind<Number, D>;
  static constexpr std::int64_t kVector = hn::MaxLanes(D());

  explicit MaxPool(const PoolShape& pool)
      : shape(pool),
        row_taps(pool[2].kernel),
        width((pool[2].out + kVector - 1) / kVector * kVector),
        best(static_cast<std::size_t>(width)),
        numbers(static_cast<std::size_t>(width)),
        first_taps(static_cast<std::size_t>(width)) {
    WindowDim& x = shape[2];
    if (x.out == 1) x.stride = 1;  // whatever it is: it makes phases
    phase_width = width + (row_taps - 1) * x.dilation / x.stride;
    phases.resize(static_cast<std::size_t>(x.stride * phase_width), kLowest<T>);
    used.resize(static_cast<std::size_t>(x.stride), false);
    for (std::int64_t j = 0; j < row_taps; ++j) {
      const std::int64_t phase = j * x.dilation % x.stride;
      used[static_cast<std::size_t>(phase)] = true;
      tap_places.push_back(phase * phase_width + j * x.dilation / x.stride);
    }
    for (std::int64_t o = 0; o < x.out; ++o) first_taps[o] = static_cast<Number>(taps_of(x, o).begin);
    for (std::int64_t l = 0; l < shape[0].kernel; ++l)
      for (std::int64_t i = 0; i < shape[1].kernel; ++i)
        for (std::int64_t j = 0; j < row_taps; ++j)
          distances.push_back((l * shape[0].dilation * shape[1].in + i * shape[1].dilation) * x.in + j * x.dilation);
  }

  /// Column c of a row goes to place c / stride of phase c % stride, counted with the padding: what a vector of outputs
  /// sees at one position of their windows then lies together. What is padding stays as it was made.
  HWY_INLINE void spread(const T* row) {
    const WindowDim& x = shape[2];
    for (std::int64_t phase = 0; phase < x.stride; ++phase) {
      if (!used[static_cast<std::size_t>(phase)]) continue;
      const std::int64_t begin = std::max<std::int64_t>(x.padding - phase + x.stride - 1, 0) / x.stride;
      const std::int64_t left = x.in - (begin * x.stride + phase - x.padding);
      const std::int64_t count = std::min((left + x.stride - 1) / x.stride, phase_width - begin);
      const T* from = row + begin * x.stride + phase - x.padding;
      T* to = phases.data() + phase * phase_width + begin;
      if (x.stride == 1) {
        for (std::int64_t q = 0; q < count; ++q) to[q] = from[q];
      } else if (x.stride == 2) {
        for (std::int64_t q = 0; q < count; ++q) to[q] = from[2 * q];
      } else {
        for (std::int64_t q = 0; q < count; ++q) to[q] = from[q * x.stride];
      }
    }
  }

  /// The windows' next `row_taps` positions, which are numbered from `number` on.
  template <bool kNumbers>
  HWY_INLINE void take_row(Number number) {
    for (std::int64_t o = 0; o < width; o += kVector) {
      auto largest = hn::LoadU(D(), best.data() + o);
      auto at = hn::LoadU(N(), numbers.data() + o);
      for (std::int64_t j = 0; j < row_taps; ++j) {
        const auto v = hn::LoadU(D(), phases.data() + tap_places[static_cast<std::size_t>(j)] + o);
        auto wins = hn::Gt(v, largest);
        if constexpr (hwy::IsFloat<T>()) wins = hn::Or(wins, hn::IsNaN(v));
        largest = hn::IfThenElse(wins, v, largest);
        if constexpr (kNumbers)
          at = hn::IfThenElse(hn::RebindMask(N(), wins), hn::Set(N(), static_cast<Number>(number + j)), at);
      }
      hn::StoreU(largest, D(), best.data() + o);
      if constexpr (kNumbers) hn::StoreU(at, N(), numbers.data() + o);
    }
  }

  template <bool kNumbers>
  void run(const T* in, std::int64_t begin, std::int64_t end, T* values, std::int64_t* positions) {
    const auto& [z, y, x] = shape;
    for (std::int64_t r = begin; r < end; ++r) {
      const std::int64_t oy = r % y.out, oz = r / y.out % z.out;
      const T* plane = in + r / (y.out * z.out) * (z.in * y.in * x.in);
      const Range deep = taps_of(z, oz), down = taps_of(y, oy);
      std::fill(best.begin(), best.end(), kLowest<T>);
      const std::int64_t first = (deep.begin * y.kernel + down.begin) * row_taps;
      if constexpr (kNumbers) {
        for (std::int64_t o = 0; o < width; ++o) numbers[o] = static_cast<Number>(first + first_taps[o]);
      }
      const std::int64_t z0 = oz * z.stride - z.padding, y0 = oy * y.stride - y.padding;
      for (std::int64_t l = deep.begin; l < deep.end; ++l) {
        for (std::int64_t i = down.begin; i < down.end; ++i) {
          spread(plane + ((z0 + l * z.dilation) * y.in + y0 + i * y.dilation) * x.in);
          take_row<kNumbers>(static_cast<Number>((l * y.kernel + i) * row_taps));
        }
      }
      if (values) std::copy_n(best.data(), x.out, values + r * x.out);
      if constexpr (kNumbers) {
        std::int64_t corner = (z0 * y.in + y0) * x.in - x.padding;
        std::int64_t* to = positions + r * x.out;
        for (std::int64_t o = 0; o < x.out; ++o, corner += x.stride) to[o] = corner + distances[numbers[o]];
      }
    }
  }

  PoolShape shape;
  const std::int64_t row_taps;
  const std::int64_t width;  // outputs of a row, as whole vectors
  std::int64_t phase_width;  // what these can see of one phase
  std::vector<T> phases;
  std::vector<T> best;
  std::vector<Number> numbers, first_taps;
  std::vector<char> used;                // by phase
  std::vector<std::int64_t> tap_places;  // where in `phases` output 0 finds each position of a row
  std::vector<std::int64_t> distances;   // of a window's positions in the plane from the first
};

template <class T>
struct Pool {
  // Windows that are not all alike, one after another.
  static void max_of_windows(const T* in, const PoolShape& shape, std::int64_t begin, std::int64_t end,
                             std::int64_t* positions) {
    const auto& [z, y, x] = shape;
    const std::vector<Window> columns = windows_of(x, false);
    for (std::int64_t r = begin; r < end; ++r) {
      const Window rows = window_of(y, r % y.out, false), slices = window_of(z, r / y.out % z.out, false);
      const T* plane = in + r / (y.out * z.out) * (z.in * y.in * x.in);
      for (std::int64_t o = 0; o < x.out; ++o) {
        const Window& window = columns[static_cast<std::size_t>(o)];
        T best = kLowest<T>;
        std::int64_t at = (slices.begin * y.in + rows.begin) * x.in + window.begin;
        for (std::int64_t k = slices.begin; k < slices.end; ++k) {
          for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            const std::int64_t row = (k * y.in + i) * x.in;
            for (std::int64_t j = window.begin; j < window.end; ++j) {
              const T v = plane[row + j];
              if (v > best || v != v) {
                best = v;
                at = row + j;
              }
            }
          }
        }
        positions[r * x.out + o] = at;
      }
    }
  }

  static void max_rows(const void* data, const PoolShape& shape, std::int64_t begin, std::int64_t end, void* values,
                       std::int64_t* positions) {
    const T* in = static_cast<const T*>(data);
    if (shape[2].kernel == 0) return max_of_windows(in, shape, begin, end, positions);
    MaxPool<T> pool(shape);
    if (positions)
      pool.template run<true>(in, begin, end, static_cast<T*>(values), positions);
    else
      pool.template run<false>(in, begin, end, static_cast<T*>(values), positions);
  }

  // out[o] = in[o] / what the window of output o of a row is divided by.
  static HWY_INLINE void divide(const T* in, const std::vector<Window>& columns, std::int64_t count, T fixed, T* out) {
    const auto n = static_cast<std::int64_t>(columns.size());
    if (fixed != 0) {
      for (std::int64_t o = 0; o < n; ++o) out[o] = in[o] / fixed;
    } else {
      for (std::int64_t o = 0; o < n; ++o)
        out[o] = in[o] / static_cast<T>(count * columns[static_cast<std::size_t>(o)].count);
    }
  }

  // Rows are added first, and then what each window sees of the sums.
  static void mean_rows(const void* data, const PoolShape& shape, PoolDivisor divisor, std::int64_t begin,
                        std::int64_t end, void* result) {
    const auto& [z, y, x] = shape;
    const T* in = static_cast<const T*>(data);
    const std::vector<Window> columns = windows_of(x, divisor.counts_padding);
    std::vector<T> sums(static_cast<std::size_t>(x.in));
    for (std::int64_t r = begin; r < end; ++r) {
      const Window rows = window_of(y, r % y.out, divisor.counts_padding);
      const Window slices = window_of(z, r / y.out % z.out, divisor.counts_padding);
      const T* plane = in + r / (y.out * z.out) * (z.in * y.in * x.in);
      std::fill(sums.begin(), sums.end(), T(0));
      for (std::int64_t k = slices.begin; k < slices.end; ++k) {
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
          const T* row = plane + (k * y.in + i) * x.in;
          for (std::int64_t j = 0; j < x.in; ++j) sums[static_cast<std::size_t>(j)] += row[j];
        }
      }
      T* out = static_cast<T*>(result) + r * x.out;
      for (std::int64_t o = 0; o < x.out; ++o) {
        const Window& window = columns[static_cast<std::size_t>(o)];
        T sum = 0;
        for (std::int64_t j = window.begin; j < window.end; ++j) sum += sums[static_cast<std::size_t>(j)];
        out[o] = sum;
      }
      divide(out, columns, slices.count * rows.count, static_cast<T>(divisor.fixed), out);
    }
  }

  static void mean_planes_transposed(const void* data, const PoolShape& shape, PoolDivisor divisor, std::int64_t begin,
                                     std::int64_t end, void* result) {
    const auto& [z, y, x] = shape;
    const std::vector<Window> columns = windows_of(x, divisor.counts_padding);
    std::vector<T> shares(columns.size()), sums(static_cast<std::size_t>(x.in));
    const T* in = static_cast<const T*>(data) + begin * (z.out * y.out * x.out);
    for (std::int64_t p = begin; p < end; ++p) {
      T* plane = static_cast<T*>(result) + p * (z.in * y.in * x.in);
      std::fill_n(plane, z.in * y.in * x.in, T(0));
      for (std::int64_t r = 0; r < z.out * y.out; ++r, in += x.out) {
        const Window rows = window_of(y, r % y.out, divisor.counts_padding);
        const Window slices = window_of(z, r / y.out, divisor.counts_padding);
        divide(in, columns, slices.count * rows.count, static_cast<T>(divisor.fixed), shares.data());
        std::fill(sums.begin(), sums.end(), T(0));
        for (std::int64_t o = 0; o < x.out; ++o) {
          const Window& window = columns[static_cast<std::size_t>(o)];
          for (std::int64_t j = window.begin; j < window.end; ++j)
            sums[static_cast<std::size_t>(j)] += shares[static_cast<std::size_t>(o)];
        }
        for (std::int64_t k = slices.begin; k < slices.end; ++k) {
          for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            T* row = plane + (k * y.in + i) * x.in;
            for (std::int64_t j = 0; j < x.in; ++j) row[j] += sums[static_cast<std::size_t>(j)];
          }
        }
      }
    }
  }

  static constexpr PoolKernels kernels = [] {
    if constexpr (hwy::IsFloat<T>())
      return PoolKernels{max_rows, mean_rows, mean_planes_transposed};
    else
      return PoolKernels{max_rows, nullptr, nullptr};
  }();
};

const PoolKernels& find_pool_kernels(DType type) {
  static_assert(kComputedDTypeCount == 4, "a case for each below");
  switch (type) {
    case DType::float32:
      return Pool<float>::kernels;
    case DType::float64:
      return Pool<double>::kernels;
    case DType::int64:
      return Pool<std::int64_t>::kernels;
    default:
      __builtin_unreachable();  // computed in others
  }
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {
namespace {

const PoolKernels& pool_kernels(DType type) {
  const std::int64_t target = chosen_target();
  DESCENT_CALL_TARGET(target, find_pool_kernels, type);
}

std::int64_t grain(std::int64_t elements_per_item) {
  return std::max<std::int64_t>(1, kElementGrain / std::max<std::int64_t>(1, elements_per_item));
}

// Positions that the windows of an output row read.
std::int64_t reads_of_row(const PoolShape& shape) {
  const auto along = [](const WindowDim& dim) {
    return dim.kernel > 0 ? dim.kernel : dim.in / std::max<std::int64_t>(dim.out, 1) + 1;
  };
  return along(shape[0]) * along(shape[1]) * std::max(shape[2].in, shape[2].out);
}

std::int64_t rows_of(std::int64_t planes, const PoolShape& shape) { return planes * shape[0].out * shape[1].out; }

}  // namespace

void max_pool(DType type, const void* in, std::int64_t planes, const PoolShape& shape, void* values,
              std::int64_t* positions) {
  const PoolKernels& kernels = pool_kernels(type);
  parallel_for(rows_of(planes, shape), grain(reads_of_row(shape)), [&](std::int64_t begin, std::int64_t end) {
    kernels.max_rows(in, shape, begin, end, values, positions);
  });
}

void mean_pool(DType type, const void* in, std::int64_t planes, const PoolShape& shape, PoolDivisor divisor,
               void* out) {
  const PoolKernels& kernels = pool_kernels(type);
  parallel_for(rows_of(planes, shape), grain(reads_of_row(shape)),
               [&](std::int64_t begin, std::int64_t end) { kernels.mean_rows(in, shape, divisor, begin, end, out); });
}

void mean_pool_transposed(DType type, const void* in, std::int64_t planes, const PoolShape& shape, PoolDivisor divisor,
                          void* out) {
  const PoolKernels& kernels = pool_kernels(type);
  const std::int64_t work = shape[0].out * shape[1].out * reads_of_row(shape);
  parallel_for(planes, grain(work), [&](std::int64_t begin, std::int64_t end) {
    kernels.mean_planes_transposed(in, shape, divisor, begin, end, out);
  });
}

}  // namespace descent::kernels
#endif
