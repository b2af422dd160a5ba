#include "kernels/pad.h"

#include <algorithm>

#include "kernels/element_size.h"
#include "kernels/parallel.h"

namespace descent::kernels {
namespace {

constexpr int kMostDims = 8;

/// The same with as few dimensions as possible: one that stays as it is goes with the one before it.
struct Joined {
  PadDim dims[kMostDims];
  int count = 0;

  explicit Joined(std::span<const PadDim> all) {
    for (const PadDim& dim : all) {
      if (count > 0 && dim.in == dim.out && dim.before == 0) {
        PadDim& last = dims[count - 1];
        last = {last.in * dim.in, last.out * dim.in, last.before * dim.in};
      } else {
        dims[count++] = dim;
      }
    }
    if (count == 0) dims[count++] = {1, 1, 0};
  }
};

template <class T>
void pad_rows(const T* in, const Joined& joined, T value, std::int64_t begin, std::int64_t end, T* out) {
  const int last = joined.count - 1;
  const PadDim& row = joined.dims[last];
  std::int64_t position[kMostDims] = {};
  for (std::int64_t d = last - 1, rest = begin; d >= 0; --d) {
    position[d] = rest % joined.dims[d].out;
    rest /= joined.dims[d].out;
  }
  const std::int64_t skipped = std::max<std::int64_t>(-row.before, 0), first = std::max<std::int64_t>(row.before, 0);
  const std::int64_t count = std::max<std::int64_t>(std::min(row.in - skipped, row.out - first), 0);
  T* to = out + begin * row.out;
  for (std::int64_t r = begin; r < end; ++r) {
    bool is_old = true;
    std::int64_t from = 0;
    for (int d = 0; d < last; ++d) {
      const std::int64_t at = position[d] - joined.dims[d].before;
      is_old &= at >= 0 && at < joined.dims[d].in;
      from = from * joined.dims[d].in + at;
    }
    if (is_old) {
      to = std::fill_n(to, first, value);
      to = std::copy_n(in + from * row.in + skipped, count, to);
      to = std::fill_n(to, row.out - first - count, value);
    } else {
      to = std::fill_n(to, row.out, value);
    }
    for (int d = last - 1; d >= 0 && ++position[d] == joined.dims[d].out; --d) position[d] = 0;
  }
}

}  // namespace

void pad(std::size_t element_size, const void* in, std::span<const PadDim> dims, const void* value, void* out) {
  const Joined joined(dims);
  const std::int64_t width = joined.dims[joined.count - 1].out;
  std::int64_t rows = 1;
  for (int d = 0; d < joined.count - 1; ++d) rows *= joined.dims[d].out;
  dispatch_size(element_size, [&](auto zero) {
    using T = decltype(zero);
    parallel_for(rows, std::max<std::int64_t>(1, kElementGrain / std::max<std::int64_t>(width, 1)),
                 [&](std::int64_t begin, std::int64_t end) {
                   pad_rows(static_cast<const T*>(in), joined, *static_cast<const T*>(value), begin, end,
                            static_cast<T*>(out));
                 });
  });
}

}  // namespace descent::kernels
