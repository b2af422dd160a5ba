#include "kernels/reduce.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>

#include "kernels/parallel.h"
#include "kernels/reduce_kernels.h"
#include "kernels/targets.h"

namespace descent::kernels {
namespace {

/// How many elements make it worth waking a thread.
constexpr std::int64_t kGrain = 1 << 15;

std::int64_t grain(std::int64_t elements_per_item) {
  return std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, elements_per_item));
}

/// Strip `s` of one slice [n, inner]. `in` and `out` are the slice's.
void reduce_strip(const ReduceKernels& kernels, const RowLayout& rows, const std::byte* in, std::int64_t s,
                  std::byte* out) {
  const std::int64_t begin = s * rows.strip();
  const std::int64_t width = std::min(rows.strip(), rows.stride - begin);
  in += begin * rows.size;
  out += begin * rows.size;
  if (rows.fold == 1) {
    kernels.combine_rows(in, rows.count, rows.stride, width, rows.rest, out);
  } else {
    alignas(64) std::byte lanes[kLaneBytes];
    kernels.combine_rows(in, rows.count, rows.stride, width, rows.rest, lanes);
    kernels.fold(lanes, rows.fold, rows.inner, out);
  }
}

/// The same, on several threads: each takes whole subtrees, of 2^i blocks, so that the tree is the same.
void reduce_long_strip(const ReduceKernels& kernels, const RowLayout& rows, const std::byte* in, std::int64_t s,
                       std::byte* out) {
  constexpr std::int64_t kMostBytes = 1 << 15;
  const std::int64_t begin = s * rows.strip();
  const std::int64_t width = std::min(rows.strip(), rows.stride - begin);
  const std::int64_t row_bytes = width * rows.size;
  std::int64_t step = kBlockRows;
  while (step * width < kGrain || (rows.count / step + 1) * row_bytes > kMostBytes) step *= 2;
  const std::int64_t subtrees = (rows.count + (rows.rest > 0) + step - 1) / step;
  if (subtrees == 1) return reduce_strip(kernels, rows, in, s, out);

  in += begin * rows.size;
  out += begin * rows.size;
  alignas(64) std::byte results[kMostBytes];
  parallel_for(subtrees, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t t = first; t < last; ++t) {
      const std::int64_t count = std::min(step, rows.count - t * step);
      kernels.combine_rows(in + t * step * rows.stride * rows.size, count, rows.stride, width,
                           t == subtrees - 1 ? rows.rest : 0, results + t * row_bytes);
    }
  });
  if (rows.fold == 1) {
    kernels.combine_subtrees(results, subtrees, width, width, 0, out);
  } else {
    alignas(64) std::byte lanes[kLaneBytes];
    kernels.combine_subtrees(results, subtrees, width, width, 0, lanes);
    kernels.fold(lanes, rows.fold, rows.inner, out);
  }
}

void reduce_values(const ReduceKernels& kernels, std::int64_t size, const std::byte* in, std::int64_t outer,
                   std::int64_t n, std::int64_t inner, std::byte* out) {
  if (inner == 1 && n * size <= kLaneBytes) {
    if (outer == 1) return kernels.short_rows(in, 1, n, out);
    return parallel_for(outer, grain(n), [&](std::int64_t begin, std::int64_t end) {
      kernels.short_rows(in + begin * n * size, end - begin, n, out + begin * size);
    });
  }
  const RowLayout rows(size, n, inner);
  const std::int64_t strips = rows.strips();
  const auto strip = [&](auto reduce_one, std::int64_t item) {
    const std::int64_t o = item / strips;
    reduce_one(kernels, rows, in + o * n * inner * size, item % strips, out + o * inner * size);
  };
  constexpr std::int64_t kManyStrips = 16;
  if (outer * strips < kManyStrips && n * inner > 2 * kGrain) {
    for (std::int64_t item = 0; item < outer * strips; ++item) strip(reduce_long_strip, item);
  } else {
    parallel_for(outer * strips, grain(n * std::min(inner, rows.strip())), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t item = begin; item < end; ++item) strip(reduce_strip, item);
    });
  }
}

/// Whether any is true, or all are: bytes of 0 and 1.
void reduce_bools(bool any, const std::uint8_t* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                  std::uint8_t* out) {
  if (inner == 1) {
    return parallel_for(outer, grain(n), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t o = begin; o < end; ++o)
        out[o] = (std::memchr(in + o * n, any, static_cast<std::size_t>(n)) != nullptr) == any;
    });
  }
  constexpr std::int64_t kStrip = 4096;
  const std::int64_t strips = (inner + kStrip - 1) / kStrip;
  parallel_for(outer * strips, grain(n * std::min(inner, kStrip)), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t o = item / strips;
      const std::int64_t first = item % strips * kStrip;
      const std::int64_t width = std::min(kStrip, inner - first);
      std::uint8_t* result = out + o * inner + first;
      std::memset(result, !any, static_cast<std::size_t>(width));
      for (std::int64_t j = 0; j < n; ++j) {
        const std::uint8_t* row = in + (o * n + j) * inner + first;
        if (any)
          for (std::int64_t i = 0; i < width; ++i) result[i] |= row[i];
        else
          for (std::int64_t i = 0; i < width; ++i) result[i] &= row[i];
      }
    }
  });
}

void reduce_arg(const ArgReduceKernels& kernels, std::int64_t size, const std::byte* in, std::int64_t outer,
                std::int64_t n, std::int64_t inner, std::int64_t* out) {
  if (inner == 1) {
    return parallel_for(outer, grain(n), [&](std::int64_t begin, std::int64_t end) {
      kernels.rows(in + begin * n * size, end - begin, n, out + begin);
    });
  }
  parallel_for(outer, grain(n * inner), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t o = begin; o < end; ++o)
      kernels.columns(in + o * n * inner * size, n, inner, inner, out + o * inner);
  });
}

/// The value of a reduction of nothing.
void fill_empty(ReduceOp reduction, DType type, std::int64_t count, void* out) {
  const bool one = reduction == ReduceOp::prod || reduction == ReduceOp::all;
  dispatch_computed("reduce", type, [&](auto zero) {
    using T = decltype(zero);
    std::fill_n(static_cast<T*>(out), count, static_cast<T>(one));
  });
}

}  // namespace

void reduce_of_target(std::int64_t target, ReduceOp reduction, DType type, const void* in, std::int64_t outer,
                      std::int64_t n, std::int64_t inner, void* out) {
  if (n == 0) return fill_empty(reduction, type, outer * inner, out);
  if (outer == 0 || inner == 0) return;
  const auto size = static_cast<std::int64_t>(size_of(type));
  const auto* data = static_cast<const std::byte*>(in);
  if (reduction == ReduceOp::argmax || reduction == ReduceOp::argmin) {
    reduce_arg(arg_reduce_kernels(target, reduction, type), size, data, outer, n, inner,
               static_cast<std::int64_t*>(out));
  } else if (type == boolean) {
    reduce_bools(reduction == ReduceOp::any || reduction == ReduceOp::maximum, static_cast<const std::uint8_t*>(in),
                 outer, n, inner, static_cast<std::uint8_t*>(out));
  } else {
    reduce_values(reduce_kernels(target, reduction, type), size, data, outer, n, inner, static_cast<std::byte*>(out));
  }
}

namespace {

// A short row, as the gradient of a bias often is, takes less time than to find out who adds it up: kept here once it
// is known.
constinit std::atomic<const ReduceKernels*> short_sums[kDTypeCount] = {};

[[gnu::noinline]] void add_first_short_row(DType type, const void* in, std::int64_t n, void* out) {
  const ReduceKernels& kernels = reduce_kernels(chosen_target(), ReduceOp::sum, type);
  short_sums[static_cast<std::size_t>(type)].store(&kernels, std::memory_order_release);
  kernels.short_rows(in, 1, n, out);
}

[[gnu::noinline]] void reduce_any(ReduceOp reduction, DType type, const void* in, std::int64_t outer, std::int64_t n,
                                  std::int64_t inner, void* out) {
  reduce_of_target(chosen_target(), reduction, type, in, outer, n, inner, out);
}

}  // namespace

void reduce(ReduceOp reduction, DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
            void* out) {
  if (reduction != ReduceOp::sum || outer != 1 || inner != 1 || n <= 0 || !is_floating_point(type) ||
      n * static_cast<std::int64_t>(size_of(type)) > kLaneBytes)
    return reduce_any(reduction, type, in, outer, n, inner, out);
  const ReduceKernels* sum = short_sums[static_cast<std::size_t>(type)].load(std::memory_order_acquire);
  if (!sum) [[unlikely]]
    return add_first_short_row(type, in, n, out);
  sum->short_rows(in, 1, n, out);
}

}  // namespace descent::kernels
