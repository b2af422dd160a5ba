// Attention on one thread, on every target.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention_block.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "descent/error.h"
#include "kernels/attention_kernels.h"
#include "kernels/matmul_tile.h"
#include "kernels/weights_lanes.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct AttentionBlocks {
  using Row = WeightRow<T>;
  using Products = Tiles<T>;
  using Strided = typename Products::Strided;
  static constexpr std::int64_t kTileColumns = Products::kTileColumns;
  static constexpr T kInfinity = std::numeric_limits<T>::infinity();

  /// Queries and keys of a block of scores.
  static constexpr std::int64_t kQueries = 48, kKeys = 128;
  /// From one row of scores to the next: not a power of two, so that a column of them does not meet in the cache.
  static constexpr std::int64_t kScoreStride = kKeys + Row::kLanes;

  /// Memory in pieces that begin on a cache line.
  class Scratch {
   public:
    explicit Scratch(std::int64_t elements)
        : block_(new T[static_cast<std::size_t>(elements + kAlign)]),
          next_(block_.get() + (-reinterpret_cast<std::uintptr_t>(block_.get()) & 63) / sizeof(T)) {}
    static constexpr std::int64_t kAlign = 64 / sizeof(T);
    static std::int64_t padded(std::int64_t n) { return (n + kAlign - 1) / kAlign * kAlign; }
    T* take(std::int64_t n) { return std::exchange(next_, next_ + padded(n)); }

   private:
    const std::unique_ptr<T[]> block_;
    T* next_;
  };

  static const T* rows_of(const RowBatch& x, std::int64_t item, std::int64_t row) {
    return static_cast<const T*>(x.data) + x.offsets[item] + row * x.row_stride;
  }

  /// Rows [row, row + count), transposed and in panels of a tile's columns, as pack() leaves them.
  static void pack_columns(const RowBatch& x, std::int64_t item, std::int64_t row, std::int64_t count,
                           std::int64_t width, T* to) {
    Products::template pack<kTileColumns>(count, width, {rows_of(x, item, row), x.row_stride, 1}, to);
  }
  static std::int64_t packed_size(std::int64_t width) { return (kKeys + kTileColumns) * width; }

  /// c[rows, columns] = a[rows, k] * b, b as pack_columns() left it.
  static void times_packed(std::int64_t rows, std::int64_t columns, std::int64_t k, Strided a, const T* b, T* c) {
    for (std::int64_t j = 0; j < columns; j += kTileColumns)
      Products::any_tiles(rows, k, a, b + j * k, kTileColumns, true, c + j, kScoreStride,
                          std::min(kTileColumns, columns - j), {});
  }

  /// c[rows, columns] += a[rows, k] * b[k, columns], or =.
  static void add_product(std::int64_t rows, std::int64_t columns, std::int64_t k, Strided a, const T* b,
                          std::int64_t b_stride, T* c, std::int64_t c_stride, bool accumulate = true) {
    for (std::int64_t j = 0; j < columns; j += kTileColumns)
      Products::any_tiles(rows, k, a, b + j, b_stride, false, c + j, c_stride, std::min(kTileColumns, columns - j),
                          {.is_there = accumulate});
  }

  static void copy_scaled(const T* from, std::int64_t stride, std::int64_t rows, std::int64_t width, T scale, T* to) {
    for (std::int64_t r = 0; r < rows; ++r, from += stride, to += width)
      for (std::int64_t e = 0; e < width; ++e) to[e] = from[e] * scale;
  }

  /// How many keys the last of `rows` queries from `query` on sees of `count` from `key` on.
  static std::int64_t seen(const Attention& a, std::int64_t query, std::int64_t rows, std::int64_t key,
                           std::int64_t count) {
    return a.causal ? std::clamp<std::int64_t>(query + rows - key, 0, count) : count;
  }

  /// The numbers of one row of the mask, for `count` keys from `key` on.
  static void mask_row(const Attention& a, std::int64_t item, std::int64_t query, std::int64_t key, std::int64_t count,
                       T* to) {
    const MaskBatch& mask = a.mask;
    const std::int64_t at = mask.offsets[item] + query * mask.row_stride + key * mask.column_stride;
    const auto write = [&](const auto* from, const auto& number) {
      if (mask.column_stride == 1)
        for (std::int64_t c = 0; c < count; ++c) to[c] = number(from[c]);
      else
        for (std::int64_t c = 0; c < count; ++c) to[c] = number(from[c * mask.column_stride]);
    };
    if (mask.boolean)
      write(static_cast<const std::uint8_t*>(mask.data) + at, [](std::uint8_t x) { return x ? T{0} : -kInfinity; });
    else
      write(static_cast<const T*>(mask.data) + at, [](T x) { return x; });
  }

  /// Adds the mask to a block of scores, and puts -infinity where a row has no key: up to a whole group of lanes.
  static void mask_scores(const Attention& a, std::int64_t item, std::int64_t query, std::int64_t rows,
                          std::int64_t key, std::int64_t columns, T* mask, T* scores) {
    for (std::int64_t r = 0; r < rows; ++r, scores += kScoreStride) {
      const std::int64_t count = seen(a, query + r, 1, key, columns);
      if (a.mask.data) {
        if (r == 0 || a.mask.row_stride != 0) mask_row(a, item, query + r, key, columns, mask);
        for (std::int64_t c = 0; c < count; ++c) scores[c] += mask[c];
      }
      std::fill(scores + count, scores + Row::padded(columns), -kInfinity);
    }
  }

  static void forward(const Attention& a, std::int64_t item, std::int64_t begin, std::int64_t end, void* out_data,
                      void* largest_data, void* shares_data) {
    const std::int64_t rows = end - begin, width = a.width, value_width = a.value_width;
    T* const out = static_cast<T*>(out_data) + (item * a.queries + begin) * value_width;
    T* const largest = static_cast<T*>(largest_data) + item * a.queries + begin;
    T* const shares = static_cast<T*>(shares_data) + item * a.queries + begin;
    Scratch scratch(Scratch::padded(packed_size(width)) + kQueries * kScoreStride + Scratch::padded(rows * width) +
                    kKeys + Scratch::padded(rows));
    T* const keys = scratch.take(packed_size(width));
    T* const scores = scratch.take(kQueries * kScoreStride);
    T* const queries = scratch.take(rows * width);
    T* const mask = scratch.take(kKeys);
    T* const sums = scratch.take(rows);
    copy_scaled(rows_of(a.q, item, begin), a.q.row_stride, rows, width, static_cast<T>(a.scale), queries);
    std::fill_n(largest, rows, -kInfinity);
    std::fill_n(sums, rows, T{0});
    std::fill_n(out, rows * value_width, T{0});
    const std::int64_t key_count = seen(a, begin, rows, 0, a.keys);
    for (std::int64_t key = 0; key < key_count; key += kKeys) {
      const std::int64_t count = std::min(kKeys, key_count - key);
      pack_columns(a.k, item, key, count, width, keys);
      for (std::int64_t row = 0; row < rows; row += kQueries) {
        const std::int64_t height = std::min(kQueries, rows - row);
        const std::int64_t columns = seen(a, begin + row, height, key, count);
        if (columns == 0) continue;
        times_packed(height, columns, width, {queries + row * width, width, 1}, keys, scores);
        if (a.mask.data || a.causal || columns % Row::kLanes != 0)
          mask_scores(a, item, begin + row, height, key, columns, mask, scores);
        for (std::int64_t r = 0; r < height; ++r) {
          weigh_row(scores + r * kScoreStride, Row::padded(columns), largest[row + r], sums[row + r],
                    out + (row + r) * value_width, value_width);
        }
        add_product(height, value_width, columns, {scores, kScoreStride, 1}, rows_of(a.v, item, key), a.v.row_stride,
                    out + row * value_width, value_width);
      }
    }
    for (std::int64_t r = 0; r < rows; ++r) {
      shares[r] = sums[r] == 0 ? T{0} : 1 / sums[r];
      if (sums[r] == 0) largest[r] = 0;
      for (std::int64_t e = 0; e < value_width; ++e) out[r * value_width + e] *= shares[r];
    }
  }

  /// Makes weights of n scores of a row, relative to the largest score of it so far, and has what was summed before
  /// relate to that too.
  static HWY_INLINE void weigh_row(T* scores, std::int64_t n, T& largest, T& sum, T* out, std::int64_t width) {
    const T most = Row::largest(scores, n);
    if (most > largest) {
      if (sum > 0) {
        const T factor = static_cast<T>(std::exp(static_cast<double>(largest) - static_cast<double>(most)));
        sum *= factor;
        for (std::int64_t e = 0; e < width; ++e) out[e] *= factor;
      }
      largest = most;
    }
    sum += Row::weigh(scores, n, largest == -kInfinity ? T{0} : largest);
  }

  static void backward(const Attention& a, std::int64_t item, std::int64_t begin, std::int64_t end,
                       const void* out_data, const void* largest_data, const void* shares_data,
                       const void* gradient_data, void* q_gradient, void* k_gradient, void* v_gradient) {
    const std::int64_t rows = a.queries, width = a.width, value_width = a.value_width;
    const T *const out = static_cast<const T*>(out_data), *const gradient = static_cast<const T*>(gradient_data);
    const T *const largest = static_cast<const T*>(largest_data), *const shares = static_cast<const T*>(shares_data);
    Scratch scratch(Scratch::padded(packed_size(width)) + Scratch::padded(packed_size(value_width)) +
                    2 * kQueries * kScoreStride + Scratch::padded(rows * width) + kKeys + Scratch::padded(rows));
    T* const keys = scratch.take(packed_size(width));
    T* const values = scratch.take(packed_size(value_width));
    T* const weights = scratch.take(kQueries * kScoreStride);
    T* const slopes = scratch.take(kQueries * kScoreStride);
    T* const queries = scratch.take(rows * width);
    T* const mask = scratch.take(kKeys);
    T* const means = scratch.take(rows);  // of a row's slopes, by its weights
    const T scale = static_cast<T>(a.scale);
    copy_scaled(rows_of(a.q, item, 0), a.q.row_stride, rows, width, scale, queries);
    for (std::int64_t r = 0; r < rows; ++r)
      means[r] = Row::dot(out + r * value_width, gradient + r * value_width, value_width);
    T* const dq = static_cast<T*>(q_gradient);
    std::fill_n(dq, rows * width, T{0});
    for (std::int64_t key = begin; key < end; key += kKeys) {
      const std::int64_t count = std::min(kKeys, end - key);
      T *const dk = static_cast<T*>(k_gradient) + key * width, *const dv =
                                                                   static_cast<T*>(v_gradient) + key * value_width;
      std::fill_n(dk, count * width, T{0});
      std::fill_n(dv, count * value_width, T{0});
      pack_columns(a.k, item, key, count, width, keys);
      pack_columns(a.v, item, key, count, value_width, values);
      for (std::int64_t row = a.causal ? key / kQueries * kQueries : 0; row < rows; row += kQueries) {
        const std::int64_t height = std::min(kQueries, rows - row);
        const std::int64_t columns = seen(a, row, height, key, count);
        if (columns == 0) continue;
        times_packed(height, columns, width, {queries + row * width, width, 1}, keys, weights);
        if (a.mask.data || a.causal || columns % Row::kLanes != 0)
          mask_scores(a, item, row, height, key, columns, mask, weights);
        times_packed(height, columns, value_width, {gradient + row * value_width, value_width, 1}, values, slopes);
        for (std::int64_t r = 0; r < height; ++r)
          differentiate_row(weights + r * kScoreStride, slopes + r * kScoreStride, Row::padded(columns),
                            largest[row + r], shares[row + r], means[row + r]);
        add_product(columns, value_width, height, {weights, 1, kScoreStride}, gradient + row * value_width, value_width,
                    dv, value_width);
        add_product(columns, width, height, {slopes, 1, kScoreStride}, queries + row * width, width, dk, width);
        add_product(height, width, columns, {slopes, kScoreStride, 1}, rows_of(a.k, item, key), a.k.row_stride,
                    dq + row * width, width);
      }
    }
    for (std::int64_t i = 0; i < rows * width; ++i) dq[i] *= scale;
  }

  /// Of a row of scores, the weights; of the gradients of those, that of the scores.
  static HWY_INLINE void differentiate_row(T* weights, T* slopes, std::int64_t n, T largest, T share, T mean) {
    using L = typename Row::L;
    const typename Row::D d;
    const L shift(hn::Set(d, largest)), part(hn::Set(d, share)), middle(hn::Set(d, mean));
    for (std::int64_t c = 0; c < n; c += Row::kVector) {
      const L weight = exp_of_nonpositive(L(hn::LoadU(d, weights + c)) - shift) * part;
      hn::StoreU(weight.raw, d, weights + c);
      hn::StoreU((weight * (L(hn::LoadU(d, slopes + c)) - middle)).raw, d, slopes + c);
    }
  }
};

AttentionKernels find_attention_kernels(DType type) {
  switch (type) {
    case DType::float32:
      return {AttentionBlocks<float>::forward, AttentionBlocks<float>::backward};
    case DType::float64:
      return {AttentionBlocks<double>::forward, AttentionBlocks<double>::backward};
    case DType::boolean:
    case DType::int64:
      break;
  }
  fail("attention is not defined for ", type);
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

AttentionKernels attention_kernels(std::int64_t target, DType type) {
  DESCENT_CALL_TARGET(target, find_attention_kernels, type);
}

}  // namespace descent::kernels
#endif
