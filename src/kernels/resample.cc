// Weighted sums of positions, on every target.
#include "kernels/resample.h"

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resample.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/parallel.h"

#ifndef DESCENT_KERNELS_RESAMPLE_CC
#define DESCENT_KERNELS_RESAMPLE_CC
namespace descent::kernels {

/// Columns [first, first + width) of slice `o`.
struct ResampleStrip {
  std::int64_t o, n, inner, first, width;
};

struct ResampleKernels {
  using Strip = void (*)(const void* in, const ResampleStrip& strip, const Resampling& resampling, const void* weights,
                         void* out);
  Strip strip, strip_transposed;
};

}  // namespace descent::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct Resample {
  // The loops are the compiler's to make vectors of.
  static void run(const void* in, const ResampleStrip& strip, const Resampling& resampling, const void* weights,
                  void* out) {
    const std::int64_t taps = resampling.taps, count = resampling.count(), width = strip.width;
    const T* from = static_cast<const T*>(in) + strip.o * strip.n * strip.inner + strip.first;
    T* to = static_cast<T*>(out) + strip.o * count * strip.inner + strip.first;
    const std::int64_t* index = resampling.index.data();
    const T* weight = static_cast<const T*>(weights);
    if (strip.inner == 1) {
      for (std::int64_t j = 0; j < count; ++j, index += taps, weight += taps) {
        T sum = weight[0] * from[index[0]];
        for (std::int64_t k = 1; k < taps; ++k) sum += weight[k] * from[index[k]];
        to[j] = sum;
      }
      return;
    }
    for (std::int64_t j = 0; j < count; ++j, index += taps, weight += taps, to += strip.inner) {
      const T* first = from + index[0] * strip.inner;
      for (std::int64_t i = 0; i < width; ++i) to[i] = weight[0] * first[i];
      for (std::int64_t k = 1; k < taps; ++k) {
        const T* row = from + index[k] * strip.inner;
        for (std::int64_t i = 0; i < width; ++i) to[i] += weight[k] * row[i];
      }
    }
  }

  static void run_transposed(const void* in, const ResampleStrip& strip, const Resampling& resampling,
                             const void* weights, void* out) {
    const std::int64_t taps = resampling.taps, count = resampling.count(), width = strip.width;
    const T* from = static_cast<const T*>(in) + strip.o * count * strip.inner + strip.first;
    T* to = static_cast<T*>(out) + strip.o * strip.n * strip.inner + strip.first;
    const std::int64_t* index = resampling.index.data();
    const T* weight = static_cast<const T*>(weights);
    for (std::int64_t r = 0; r < strip.n; ++r) std::fill_n(to + r * strip.inner, width, T(0));
    if (strip.inner == 1) {
      for (std::int64_t j = 0; j < count; ++j, index += taps, weight += taps) {
        for (std::int64_t k = 0; k < taps; ++k) to[index[k]] += weight[k] * from[j];
      }
      return;
    }
    for (std::int64_t j = 0; j < count; ++j, from += strip.inner) {
      for (std::int64_t k = 0; k < taps; ++k, ++index, ++weight) {
        T* row = to + *index * strip.inner;
        for (std::int64_t i = 0; i < width; ++i) row[i] += *weight * from[i];
      }
    }
  }

  static constexpr ResampleKernels kernels = {run, run_transposed};
};

const ResampleKernels& find_resample_kernels(DType type) {
  return type == DType::float64 ? Resample<double>::kernels : Resample<float>::kernels;
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {
namespace {

const ResampleKernels& resample_kernels(DType type) {
  const std::int64_t target = chosen_target();
  DESCENT_CALL_TARGET(target, find_resample_kernels, type);
}

// Calls `kernel` for strips of the columns of each slice.
void for_each_strip(ResampleKernels::Strip kernel, DType type, const void* in, std::int64_t outer, std::int64_t n,
                    std::int64_t inner, const Resampling& resampling, void* out) {
  constexpr std::int64_t kStrip = 1024;
  const std::int64_t strips = (inner + kStrip - 1) / kStrip;
  const std::int64_t work = (n + resampling.count() * resampling.taps) * std::min(inner, kStrip);
  const std::vector<float> singles(resampling.weight.begin(), resampling.weight.end());
  const void* weights = resampling.weight.data();
  if (type == DType::float32) weights = singles.data();
  parallel_for(
      outer * strips, std::max<std::int64_t>(1, kElementGrain / std::max<std::int64_t>(work, 1)),
      [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t item = begin; item < end; ++item) {
          const std::int64_t first = item % strips * kStrip;
          kernel(in, {item / strips, n, inner, first, std::min(kStrip, inner - first)}, resampling, weights, out);
        }
      });
}

}  // namespace

void resample(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
              const Resampling& resampling, void* out) {
  for_each_strip(resample_kernels(type).strip, type, in, outer, n, inner, resampling, out);
}

void resample_transposed(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                         const Resampling& resampling, void* out) {
  for_each_strip(resample_kernels(type).strip_transposed, type, in, outer, n, inner, resampling, out);
}

}  // namespace descent::kernels
#endif
