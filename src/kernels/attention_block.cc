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

  /// Keys of a block of scores, and queries of one, forward and backward.
  static constexpr std::int64_t kKeys = 128, kForwardQueries = 64, kQueries = 48;
  /// From one row of scores to the next: not a power of two, so that a column of them does not meet in the cache.
  static constexpr std::int64_t kScoreStride = kKeys + Row::kLanes;
  /// Forward, scores are seen transposed, [keys, queries]: keys are then read where they lie, and vectors are of
  /// queries, so that nothing is added up across lanes.
  static constexpr std::int64_t kForwardStride = kForwardQueries + Row::kLanes;

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
  static void times_packed(std::int64_t rows, std::int64_t columns, std::int64_t k, const Strided& a, const T* b, T* c,
                           std::int64_t c_stride) {
    for (std::int64_t j = 0; j < columns; j += kTileColumns)
      Products::any_tiles(rows, k, a, b + j * k, kTileColumns, true, c + j, c_stride,
                          std::min(kTileColumns, columns - j), {});
  }

  /// c[rows, columns] += a[rows, k] * b[k, columns], or =.
  static void add_product(std::int64_t rows, std::int64_t columns, std::int64_t k, const Strided& a, const T* b,
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

  /// Adds a piece of the mask, from element `at` on, to scores: element (i, j) is `stride` * i + j of the scores, and
  /// lies i_step * i + j_step * j behind `at` in the mask.
  static void add_mask(const MaskBatch& mask, std::int64_t at, std::int64_t rows, std::int64_t i_step,
                       std::int64_t columns, std::int64_t j_step, T* scores, std::int64_t stride) {
    const auto add = [&](const auto* from, const auto& number) {
      for (std::int64_t i = 0; i < rows; ++i, from += i_step, scores += stride) {
        if (j_step == 0) {
          const T value = number(from[0]);
          for (std::int64_t j = 0; j < columns; ++j) scores[j] += value;
        } else if (j_step == 1) {
          for (std::int64_t j = 0; j < columns; ++j) scores[j] += number(from[j]);
        } else {
          for (std::int64_t j = 0; j < columns; ++j) scores[j] += number(from[j * j_step]);
        }
      }
    };
    if (mask.boolean)
      add(static_cast<const std::uint8_t*>(mask.data) + at, [](std::uint8_t x) { return x ? T{0} : -kInfinity; });
    else
      add(static_cast<const T*>(mask.data) + at, [](T x) { return x; });
  }
  static std::int64_t place_in_mask(const MaskBatch& mask, std::int64_t item, std::int64_t query, std::int64_t key) {
    return mask.offsets[item] + query * mask.row_stride + key * mask.column_stride;
  }

  static void forward(const Attention& a, std::int64_t item, std::int64_t begin, std::int64_t end, void* out_data,
                      void* largest_data, void* shares_data) {
    const std::int64_t rows = end - begin, width = a.width, value_width = a.value_width;
    const std::int64_t blocks = (rows + kForwardQueries - 1) / kForwardQueries * kForwardQueries;
    T* const out = static_cast<T*>(out_data) + (item * a.queries + begin) * value_width;
    Scratch scratch(Scratch::padded(blocks * width) + kKeys * kForwardStride + kForwardQueries + 2 * blocks);
    T* const queries = scratch.take(blocks * width);
    T* const scores = scratch.take(kKeys * kForwardStride);
    T* const factors = scratch.take(kForwardQueries);
    T* const largest = scratch.take(blocks);
    T* const sums = scratch.take(blocks);
    Products::template pack<kTileColumns>(rows, width, {rows_of(a.q, item, begin), a.q.row_stride, 1}, queries);
    const T scale = static_cast<T>(a.scale);
    for (std::int64_t i = 0; i < blocks * width; ++i) queries[i] *= scale;
    std::fill_n(largest, blocks, -kInfinity);
    std::fill_n(sums, blocks, T{0});
    const std::int64_t key_count = seen(a, begin, rows, 0, a.keys);
    if (key_count == 0) std::fill_n(out, rows * value_width, T{0});
    for (std::int64_t key = 0; key < key_count; key += kKeys) {
      for (std::int64_t row = 0; row < rows; row += kForwardQueries) {
        const std::int64_t height = std::min(kForwardQueries, rows - row);
        const std::int64_t count = seen(a, begin + row, height, key, std::min(kKeys, key_count - key));
        if (count == 0) continue;
        times_packed(count, height, width, {rows_of(a.k, item, key), a.k.row_stride, 1}, queries + row * width, scores,
                     kForwardStride);
        if (a.mask.data)
          add_mask(a.mask, place_in_mask(a.mask, item, begin + row, key), count, a.mask.column_stride, height,
                   a.mask.row_stride, scores, kForwardStride);
        if (a.causal) {
          for (std::int64_t c = 0; c < count; ++c)  // queries before the key
            std::fill_n(scores + c * kForwardStride, std::clamp<std::int64_t>(key + c - begin - row, 0, height),
                        -kInfinity);
        }
        weigh(scores, count, height, largest + row, sums + row, factors);
        if (key > 0) scale_rows(out + row * value_width, height, value_width, factors);
        add_product(height, value_width, count, {scores, 1, kForwardStride}, rows_of(a.v, item, key), a.v.row_stride,
                    out + row * value_width, value_width, key > 0);
      }
    }
    T* const largest_of_all = static_cast<T*>(largest_data) + item * a.queries + begin;
    T* const shares = static_cast<T*>(shares_data) + item * a.queries + begin;
    for (std::int64_t r = 0; r < rows; ++r) {
      shares[r] = sums[r] == 0 ? T{0} : 1 / sums[r];
      largest_of_all[r] = sums[r] == 0 ? T{0} : largest[r];
    }
    scale_rows(out, rows, value_width, shares);
  }

  static void scale_rows(T* x, std::int64_t rows, std::int64_t width, const T* factors) {
    for (std::int64_t r = 0; r < rows; ++r, x += width) {
      if (factors[r] == 1) continue;
      for (std::int64_t e = 0; e < width; ++e) x[e] *= factors[r];
    }
  }

  /// Makes weights of the scores of so many keys, relative to the largest score of each query so far; `factors` make
  /// what was summed before relate to that too, as they do with `sums`.
  static HWY_NOINLINE void weigh(T* scores, std::int64_t keys, std::int64_t queries, T* largest, T* sums, T* factors) {
    using L = typename Row::L;
    using V = typename Row::V;
    constexpr std::int64_t kVecs = std::min<std::int64_t>(4, kForwardQueries / Row::kVector);
    const typename Row::D d;
    for (std::int64_t q = 0; q < queries; q += kVecs * Row::kVector) {
      V most[kVecs], sum[kVecs];
      DESCENT_UNROLL
      for (std::int64_t v = 0; v < kVecs; ++v) most[v] = hn::Load(d, largest + q + v * Row::kVector);
      for (std::int64_t c = 0; c < keys; ++c) {
        DESCENT_UNROLL
        for (std::int64_t v = 0; v < kVecs; ++v)
          most[v] = hn::Max(most[v], hn::Load(d, scores + c * kForwardStride + q + v * Row::kVector));
      }
      DESCENT_UNROLL
      for (std::int64_t v = 0; v < kVecs; ++v) {
        const std::int64_t at = q + v * Row::kVector;
        const V before = hn::Load(d, largest + at);
        hn::Store(most[v], d, largest + at);
        most[v] = hn::IfThenElse(hn::Eq(most[v], hn::Set(d, -kInfinity)), hn::Zero(d), most[v]);
        const V factor = exp_of_nonpositive(L(hn::Sub(before, most[v]))).raw;
        hn::Store(factor, d, factors + at);
        sum[v] = hn::Mul(hn::Load(d, sums + at), factor);
      }
      for (std::int64_t c = 0; c < keys; ++c) {
        DESCENT_UNROLL
        for (std::int64_t v = 0; v < kVecs; ++v) {
          T* const at = scores + c * kForwardStride + q + v * Row::kVector;
          const V weight = exp_of_nonpositive(L(hn::Sub(hn::Load(d, at), most[v]))).raw;
          hn::Store(weight, d, at);
          sum[v] = hn::Add(sum[v], weight);
        }
      }
      DESCENT_UNROLL
      for (std::int64_t v = 0; v < kVecs; ++v) hn::Store(sum[v], d, sums + q + v * Row::kVector);
    }
  }

  static void backward(const Attention& a, std::int64_t item, std::int64_t begin, std::int64_t end,
                       const void* out_data, const void* largest_data, const void* shares_data,
                       const void* gradient_data, void* q_gradient, void* k_gradient, void* v_gradient) {
    const std::int64_t rows = a.queries, width = a.width, value_width = a.value_width;
    const T *const out = static_cast<const T*>(out_data), *const gradient = static_cast<const T*>(gradient_data);
    const T *const largest = static_cast<const T*>(largest_data), *const shares = static_cast<const T*>(shares_data);
    Scratch scratch(Scratch::padded(packed_size(width)) + Scratch::padded(packed_size(value_width)) +
                    2 * kQueries * kScoreStride + Scratch::padded(rows * width) + Scratch::padded(rows));
    T* const keys = scratch.take(packed_size(width));
    T* const values = scratch.take(packed_size(value_width));
    T* const weights = scratch.take(kQueries * kScoreStride);
    T* const slopes = scratch.take(kQueries * kScoreStride);
    T* const queries = scratch.take(rows * width);
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
        times_packed(height, columns, width, {queries + row * width, width, 1}, keys, weights, kScoreStride);
        if (a.mask.data)
          add_mask(a.mask, place_in_mask(a.mask, item, row, key), height, a.mask.row_stride, columns,
                   a.mask.column_stride, weights, kScoreStride);
        for (std::int64_t r = 0; r < height; ++r) {  // keys behind the query, up to a whole group of lanes
          T* const of_row = weights + r * kScoreStride;
          std::fill(of_row + seen(a, row + r, 1, key, columns), of_row + Row::padded(columns), -kInfinity);
        }
        times_packed(height, columns, value_width, {gradient + row * value_width, value_width, 1}, values, slopes,
                     kScoreStride);
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
  static_assert(kComputedDTypeCount == 4, "a case for each below");
  switch (type) {
    case DType::float32:
      return {AttentionBlocks<float>::forward, AttentionBlocks<float>::backward};
    case DType::float64:
      return {AttentionBlocks<double>::forward, AttentionBlocks<double>::backward};
    default:
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
