// Linear cross entropy on one thread, on every target. Logits are seen transposed, [classes, samples]: weights are then
// read where they lie, and vectors are of samples, so that nothing is added up across lanes.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/linear_cross_entropy_block.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

#include "descent/error.h"
#include "kernels/linear_cross_entropy_kernels.h"
#include "kernels/matmul_tile.h"
#include "kernels/weights_lanes.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct LinearCrossEntropyBlocks {
  using Products = Tiles<T>;
  using D = typename Products::D;
  using V = typename Products::V;
  using L = Lanes<D>;
  static constexpr std::int64_t kVector = Products::kVector, kTileColumns = Products::kTileColumns;
  static constexpr T kInfinity = std::numeric_limits<T>::infinity();
  /// From one class to the next: not a power of two, so that a column does not meet in the cache.
  static constexpr std::int64_t kStride = kSampleBlock + 64 / sizeof(T);
  using Row = WeightRow<T>;

  struct alignas(64) Block {
    T logits[kClassBlock * kStride];
  };

  static const T* typed(const void* data) { return static_cast<const T*>(data); }
  static T* typed(void* data) { return static_cast<T*>(data); }

  static void pack(const LinearCrossEntropy& loss, std::int64_t begin, std::int64_t end, void* packed) {
    Products::template pack<kTileColumns>(end - begin, loss.features,
                                          {typed(loss.x) + begin * loss.features, loss.features, 1},
                                          typed(packed) + begin * loss.features);
  }

  /// c[rows, columns] += a[rows, k] * b[k, columns].
  static void add_product(std::int64_t rows, std::int64_t columns, std::int64_t k, const typename Products::Strided& a,
                          const T* b, T* c) {
    for (std::int64_t j = 0; j < columns; j += kTileColumns)
      Products::any_tiles(rows, k, a, b + j, columns, false, c + j, columns, std::min(kTileColumns, columns - j),
                          {.is_there = true});
  }

  /// The logits of a block; beyond the last sample, up to a whole group of lanes, they are zeros.
  static void make_logits(const LinearCrossEntropy& loss, const void* packed, std::int64_t first_class,
                          std::int64_t classes, std::int64_t first_sample, std::int64_t samples, T* logits) {
    const std::int64_t width = loss.features;
    const typename Products::Strided weight = {typed(loss.weight) + first_class * width, width, 1};
    for (std::int64_t j = 0; j < samples; j += kTileColumns) {
      Products::any_tiles(classes, width, weight, typed(packed) + (first_sample + j) * width, kTileColumns, true,
                          logits + j, kStride, std::min(kTileColumns, samples - j), {});
    }
    for (std::int64_t c = 0; c < classes; ++c) {
      T* const row = logits + c * kStride;
      if (loss.bias) {
        const T bias = typed(loss.bias)[first_class + c];
        for (std::int64_t n = 0; n < samples; ++n) row[n] += bias;
      }
      std::fill(row + samples, row + Row::padded(samples), T{0});
    }
  }

  static T weight_of(const LinearCrossEntropy& loss, std::int64_t c) {
    return loss.class_weights ? typed(loss.class_weights)[c] : T{1};
  }
  static double weight_of(const LinearCrossEntropy& loss, std::int64_t begin, std::int64_t end) {
    if (!loss.class_weights) return static_cast<double>(end - begin);
    double sum = 0;
    for (std::int64_t c = begin; c < end; ++c) sum += weight_of(loss, c);
    return sum;
  }

  static void forward(const LinearCrossEntropy& loss, const void* packed, std::int64_t begin, std::int64_t end,
                      void* sums_data, void* target_logits_data) {
    T* const largest = typed(sums_data);
    T *const sums = largest + loss.samples, *const smooth = sums + loss.samples;
    T* const target_logits = typed(target_logits_data);
    std::fill_n(largest, loss.samples, -kInfinity);
    std::fill_n(sums, 2 * loss.samples, T{0});
    const std::unique_ptr<Block> block(new Block);
    T* const logits = block->logits;
    for (std::int64_t c = begin; c < end; c += kClassBlock) {
      const std::int64_t classes = std::min(kClassBlock, end - c);
      for (std::int64_t n = 0; n < loss.samples; n += kSampleBlock) {
        const std::int64_t samples = std::min(kSampleBlock, loss.samples - n);
        make_logits(loss, packed, c, classes, n, samples, logits);
        for (std::int64_t i = 0; i < samples; ++i) {
          const std::int64_t target = loss.targets[n + i] - c;
          if (target >= 0 && target < classes) target_logits[n + i] = logits[target * kStride + i];
        }
        for (std::int64_t i = 0; i < samples; i += kVector) {
          add_logits(loss, begin, c, classes, logits + i, std::min(kVector, samples - i), largest + n + i, sums + n + i,
                     smooth + n + i);
        }
      }
    }
  }

  /// Adds the logits of a block, a vector of samples of which `count` are there, to what classes from `begin` on gave.
  static HWY_INLINE void add_logits(const LinearCrossEntropy& loss, std::int64_t begin, std::int64_t first,
                                    std::int64_t classes, const T* logits, std::int64_t count, T* largest, T* sums,
                                    T* smooth) {
    const D d;
    const auto load = [&](const T* from, T fill) {
      return count == kVector ? hn::LoadU(d, from) : load_first(d, from, count, fill);
    };
    const auto store = [&](V v, T* to) { count == kVector ? hn::StoreU(v, d, to) : store_first(v, d, to, count); };
    const auto base_of = [d](V most) {
      return hn::IfThenElse(hn::Eq(most, hn::Set(d, -kInfinity)), hn::Zero(d), most);
    };
    const V before = load(largest, -kInfinity);
    V most = before;
    for (std::int64_t c = 0; c < classes; ++c) most = hn::Max(most, hn::LoadU(d, logits + c * kStride));
    const V base = base_of(most);
    V sum = hn::Mul(load(sums, 0), exp_of_nonpositive(L(hn::Sub(before, base))).raw);
    for (std::int64_t c = 0; c < classes; ++c)
      sum = hn::Add(sum, exp_of_nonpositive(L(hn::Sub(hn::LoadU(d, logits + c * kStride), base))).raw);
    store(most, largest);
    store(sum, sums);
    if (!loss.smooth) return;
    const V weight_before = hn::Set(d, static_cast<T>(weight_of(loss, begin, first)));
    V weighted = hn::MulAdd(weight_before, hn::Sub(base_of(before), base), load(smooth, 0));
    for (std::int64_t c = 0; c < classes; ++c) {
      const V relative = hn::Sub(hn::LoadU(d, logits + c * kStride), base);
      weighted = hn::MulAdd(hn::Set(d, weight_of(loss, first + c)), relative, weighted);
    }
    store(weighted, smooth);
  }

  static void join(const LinearCrossEntropy& loss, std::int64_t group, const void* sums_data,
                   const void* target_logits_data, void* results_data) {
    T* const results = typed(results_data);
    const std::int64_t samples = loss.samples, groups = (loss.classes + group - 1) / group;
    const double all = loss.smooth ? weight_of(loss, 0, loss.classes) : 0;
    std::fill_n(results, 4 * samples, T{0});
    for (std::int64_t n = 0; n < samples; ++n) {
      const T* const of_sample = typed(sums_data) + n;
      T largest = -kInfinity;
      for (std::int64_t g = 0; g < groups; ++g) largest = std::max(largest, of_sample[3 * g * samples]);
      const double base = largest == -kInfinity ? 0 : largest;
      double sum = 0, weighted = 0;
      for (std::int64_t g = 0; g < groups; ++g) {
        const T* const part = of_sample + 3 * g * samples;
        if (part[0] == -kInfinity) continue;  // all of its logits are
        sum += static_cast<double>(part[samples]) * std::exp(part[0] - base);
        if (!loss.smooth) continue;
        const double weight = weight_of(loss, g * group, std::min((g + 1) * group, loss.classes));
        weighted += part[2 * samples] + weight * (part[0] - base);
      }
      const double log_sum = std::log(sum);
      results[n] = static_cast<T>(log_sum - (static_cast<double>(typed(target_logits_data)[n]) - base));
      if (loss.smooth) results[samples + n] = static_cast<T>(all * log_sum - weighted);
      results[2 * samples + n] = static_cast<T>(base);
      results[3 * samples + n] = static_cast<T>(1 / sum);
    }
  }

  static void backward(const LinearCrossEntropy& loss, const void* packed, std::int64_t begin, std::int64_t end,
                       const void* results_data, const void* gradients_data, void* x_gradient, void* weight_gradient,
                       void* bias_gradient) {
    const std::int64_t width = loss.features, all_samples = loss.samples;
    const T *const results = typed(results_data), *const gradients = typed(gradients_data);
    T *const dx = typed(x_gradient), *const dw = typed(weight_gradient), *const db = typed(bias_gradient);
    std::fill_n(dx, all_samples * width, T{0});
    std::fill(dw + begin * width, dw + end * width, T{0});
    if (db) std::fill(db + begin, db + end, T{0});
    const T all = static_cast<T>(loss.smooth ? weight_of(loss, 0, loss.classes) : 0);
    const std::unique_ptr<Block> block(new Block);
    T* const slopes = block->logits;
    for (std::int64_t c = begin; c < end; c += kClassBlock) {
      const std::int64_t classes = std::min(kClassBlock, end - c);
      for (std::int64_t n = 0; n < all_samples; n += kSampleBlock) {
        const std::int64_t samples = std::min(kSampleBlock, all_samples - n);
        make_logits(loss, packed, c, classes, n, samples, slopes);
        // A sample's slopes are part * e^(logit - base), less even * the class's weight and, at the target, own.
        alignas(64) T base[kSampleBlock] = {}, part[kSampleBlock] = {}, even[kSampleBlock] = {};
        for (std::int64_t i = 0; i < samples; ++i) {
          const T* const of_sample = results + n + i;
          base[i] = of_sample[2 * all_samples];
          even[i] = loss.smooth ? gradients[all_samples + n + i] : T{0};
          part[i] = (gradients[n + i] + even[i] * all) * of_sample[3 * all_samples];
        }
        for (std::int64_t i = 0; i < classes; ++i)
          make_slopes(slopes + i * kStride, samples, base, part, even, loss.smooth ? weight_of(loss, c + i) : T{0});
        for (std::int64_t i = 0; i < samples; ++i) {
          const std::int64_t target = loss.targets[n + i] - c;
          if (target >= 0 && target < classes) slopes[target * kStride + i] -= gradients[n + i];
        }
        add_product(classes, width, samples, {slopes, kStride, 1}, typed(loss.x) + n * width, dw + c * width);
        add_product(samples, width, classes, {slopes, 1, kStride}, typed(loss.weight) + c * width, dx + n * width);
        if (!db) continue;
        for (std::int64_t i = 0; i < classes; ++i) db[c + i] += Row::sum(slopes + i * kStride, Row::padded(samples));
      }
    }
  }

  static HWY_INLINE void make_slopes(T* row, std::int64_t samples, const T* base, const T* part, const T* even,
                                     T class_weight) {
    const D d;
    const V minus_weight = hn::Set(d, -class_weight);
    for (std::int64_t i = 0; i < Row::padded(samples); i += kVector) {
      const L weight = exp_of_nonpositive(L(hn::Sub(hn::LoadU(d, row + i), hn::Load(d, base + i))));
      hn::StoreU(hn::MulAdd(minus_weight, hn::Load(d, even + i), hn::Mul(weight.raw, hn::Load(d, part + i))), d,
                 row + i);
    }
  }
};

LinearCrossEntropyKernels find_linear_cross_entropy_kernels(DType type) {
  const auto kernels_of = []<class T>(T) -> LinearCrossEntropyKernels {
    using Blocks = LinearCrossEntropyBlocks<T>;
    return {Blocks::pack, Blocks::forward, Blocks::join, Blocks::backward};
  };
  static_assert(kComputedDTypeCount == 4, "a case for each below");
  switch (type) {
    case DType::float32:
      return kernels_of(float());
    case DType::float64:
      return kernels_of(double());
    default:
      break;
  }
  fail("linear_cross_entropy is not defined for ", type);
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

LinearCrossEntropyKernels linear_cross_entropy_kernels(std::int64_t target, DType type) {
  DESCENT_CALL_TARGET(target, find_linear_cross_entropy_kernels, type);
}

}  // namespace descent::kernels
#endif
