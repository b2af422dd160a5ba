// Running sums and products.
#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "kernels/parallel.h"
#include "kernels/reduce.h"

namespace descent::kernels {
namespace {

/// The columns that one pass down the rows carries along.
constexpr std::int64_t kStrip = 128;

/// float32 is accumulated in double, as PyTorch does; int64 wraps around as unsigned integers do.
template <bool kSum, class T>
void scan_strip(const T* in, std::int64_t n, std::int64_t inner, std::int64_t width, T* out) {
  using Accumulator = std::conditional_t<std::is_same_v<T, float>, double, T>;
  Accumulator running[kStrip];
  std::fill_n(running, width, Accumulator{!kSum});
  for (std::int64_t j = 0; j < n; ++j, in += inner, out += inner) {
    for (std::int64_t i = 0; i < width; ++i) {
      if constexpr (kSum)
        running[i] += in[i];
      else
        running[i] *= in[i];
      out[i] = static_cast<T>(running[i]);
    }
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
      scan_strip<kSum>(static_cast<const T*>(in) + offset, n, inner, std::min(kStrip, inner - first),
                       static_cast<T*>(out) + offset);
    }
  });
}

template <bool kSum>
void scan_type(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner, void* out) {
  switch (type) {
    case float32:
      return scan_all<kSum, float>(in, outer, n, inner, out);
    case float64:
      return scan_all<kSum, double>(in, outer, n, inner, out);
    default:
      return scan_all<kSum, std::uint64_t>(in, outer, n, inner, out);
  }
}

}  // namespace

void scan(Scan scan, DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner, void* out) {
  if (scan == Scan::sum)
    scan_type<true>(type, in, outer, n, inner, out);
  else
    scan_type<false>(type, in, outer, n, inner, out);
}

}  // namespace descent::kernels
