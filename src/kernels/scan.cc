// Running sums and products.
#include <algorithm>
#include <cstdint>

#include "kernels/parallel.h"
#include "kernels/reduce.h"
#include "kernels/wrapping.h"

namespace descent::kernels {
namespace {

/// The columns that one pass down the rows carries along.
constexpr std::int64_t kStrip = 128;

template <bool kSum, class T>
void scan_strip(const T* in, std::int64_t n, std::int64_t inner, std::int64_t width, T* out) {
  using Running = Wrapping<Accumulator<T>>;
  Running running[kStrip];
  std::fill_n(running, width, Running{!kSum});
  for (std::int64_t j = 0; j < n; ++j, in += inner, out += inner) {
    for (std::int64_t i = 0; i < width; ++i) {
      if constexpr (kSum)
        running[i] += static_cast<Running>(in[i]);
      else
        running[i] *= static_cast<Running>(in[i]);
      out[i] = static_cast<T>(running[i]);
    }
  }
}

/// A single column: four values at a time, so that only one of the operations waits for the four before.
template <bool kSum, class T>
void scan_column(const T* in, std::int64_t n, T* out) {
  using Running = Wrapping<Accumulator<T>>;
  const auto combine = [](Running a, Running b) {
    if constexpr (kSum)
      return static_cast<Running>(a + b);
    else
      return static_cast<Running>(a * b);
  };
  Running running{!kSum};
  std::int64_t j = 0;
  for (; j + 4 <= n; j += 4) {
    const auto a = static_cast<Running>(in[j]), b = static_cast<Running>(in[j + 1]),
               c = static_cast<Running>(in[j + 2]), d = static_cast<Running>(in[j + 3]);
    const Running ab = combine(a, b), abc = combine(ab, c), abcd = combine(ab, combine(c, d));
    out[j] = static_cast<T>(combine(running, a));
    out[j + 1] = static_cast<T>(combine(running, ab));
    out[j + 2] = static_cast<T>(combine(running, abc));
    running = combine(running, abcd);
    out[j + 3] = static_cast<T>(running);
  }
  for (; j < n; ++j) {
    running = combine(running, static_cast<Running>(in[j]));
    out[j] = static_cast<T>(running);
  }
}

template <bool kSum, class T>
void scan_all(const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner, void* out) {
  const std::int64_t strips = (inner + kStrip - 1) / kStrip;
  const std::int64_t cost = std::max<std::int64_t>(1, n * std::min(inner, kStrip));
  parallel_for(outer * strips, std::max<std::int64_t>(1, (1 << 14) / cost), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t first = item % strips * kStrip;
      const std::int64_t offset = item / strips * n * inner + first;
      if (inner == 1) {
        scan_column<kSum>(static_cast<const T*>(in) + offset, n, static_cast<T*>(out) + offset);
        continue;
      }
      scan_strip<kSum>(static_cast<const T*>(in) + offset, n, inner, std::min(kStrip, inner - first),
                       static_cast<T*>(out) + offset);
    }
  });
}

}  // namespace

void scan(Scan scan, DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner, void* out) {
  dispatch_numbers("scan", type, [&](auto zero) {
    using T = decltype(zero);
    if (scan == Scan::sum)
      scan_all<true, T>(in, outer, n, inner, out);
    else
      scan_all<false, T>(in, outer, n, inner, out);
  });
}

}  // namespace descent::kernels
