// Channels to mean 0 and variance 1. What a channel has of one item of the batch lies together.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/normalize_channels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/normalize.h"
#include "kernels/normalize_kernels.h"
#include "kernels/normalize_lanes.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct ChannelsOf {
  using Lane = Run<T>;
  using V = typename Lane::V;
  using Raw = typename Lane::Raw;

  /// Calls f(offset) for each item of the batch.
  template <class F>
  static HWY_INLINE void for_each_item(const NormalizedChannels& form, std::int64_t channel, const F& f) {
    for (std::int64_t item = 0; item < form.batch; ++item) f((item * form.channels + channel) * form.inner);
  }

  /// Sums over all of a channel of what f(lanes, position, values) leaves.
  template <int kSums, class F>
  static HWY_INLINE std::array<double, kSums> sums(const NormalizedChannels& form, std::int64_t channel, const F& f) {
    std::array<double, kSums> totals{};
    for_each_item(form, channel, [&](std::int64_t offset) {
      const auto part = Lane::template sums<kSums>(
          form.inner, [&](auto lanes, std::int64_t i, Raw* values) { f(lanes, offset + i, values); });
      for (std::size_t s = 0; s < kSums; ++s) totals[s] += part[s];
    });
    return totals;
  }

  static double count(const NormalizedChannels& form) { return static_cast<double>(form.batch * form.inner); }

  static void moments(const NormalizedChannels& form, std::int64_t channel, const void* from, void* to) {
    const T* x = static_cast<const T*>(from);
    const auto sum =
        sums<1>(form, channel, [x](auto lanes, std::int64_t i, Raw* values) { values[0] = lanes.load(x + i).raw; });
    const T mean = static_cast<T>(sum[0] / count(form));
    const V center = static_cast<double>(mean);
    const auto squares = sums<1>(form, channel, [x, center](auto lanes, std::int64_t i, Raw* values) {
      const V deviation = lanes.load(x + i) - center;
      values[0] = (deviation * deviation).raw;
    });
    T* result = static_cast<T*>(to);
    result[channel] = mean;
    result[form.channels + channel] = static_cast<T>(squares[0] / count(form));
  }

  /// What is subtracted, multiplied by and added.
  struct Map {
    double mean, scale, weight, bias;
  };
  static Map map_of(const NormalizedChannels& form, std::int64_t channel, const void* moments, const void* affine) {
    const T* m = static_cast<const T*>(moments) + channel;
    const T* a = static_cast<const T*>(affine) + channel;
    return {static_cast<double>(m[0]), inverse_deviation(static_cast<double>(m[form.channels]), form.eps),
            affine ? static_cast<double>(a[0]) : 1, affine ? static_cast<double>(a[form.channels]) : 0};
  }

  static void forward(const NormalizedChannels& form, std::int64_t channel, const void* from, const void* moments,
                      const void* affine, void* to) {
    const T* x = static_cast<const T*>(from);
    T* y = static_cast<T*>(to);
    const Map map = map_of(form, channel, moments, affine);
    const V mean = map.mean, scale = map.scale * map.weight, bias = map.bias;
    for_each_item(form, channel, [&](std::int64_t offset) {
      Lane::for_each(form.inner, [&](auto lanes, std::int64_t i) {
        lanes.store(fma(lanes.load(x + offset + i) - mean, scale, bias), y + offset + i);
      });
    });
  }

  // With the deviations d from the mean and z = scale d: dx = weight scale (g - mean(g) - z mean(g z)), dweight = sum
  // of g z, dbias = sum of g.
  static void backward(const NormalizedChannels& form, std::int64_t channel, const void* slopes, const void* from,
                       const void* moments, const void* affine, void* to, void* sums_to) {
    const T* g = static_cast<const T*>(slopes);
    const T* x = static_cast<const T*>(from);
    T* dx = static_cast<T*>(to);
    const Map map = map_of(form, channel, moments, affine);
    const V mean = map.mean;
    const auto sum = sums<2>(form, channel, [&](auto lanes, std::int64_t i, Raw* values) {
      const V of_y = lanes.load(g + i);
      values[0] = of_y.raw;
      values[1] = (of_y * (lanes.load(x + i) - mean)).raw;
    });
    const double dweight = sum[1] * map.scale;
    const V mean_slope = sum[0] / count(form), along = dweight * map.scale / count(form);
    const V scale = map.scale * map.weight;
    for_each_item(form, channel, [&](std::int64_t offset) {
      Lane::for_each(form.inner, [&](auto lanes, std::int64_t i) {
        const V deviation = lanes.load(x + offset + i) - mean;
        lanes.store((lanes.load(g + offset + i) - mean_slope - deviation * along) * scale, dx + offset + i);
      });
    });
    T* daffine = static_cast<T*>(sums_to);
    daffine[channel] = static_cast<T>(dweight);
    daffine[form.channels + channel] = static_cast<T>(sum[0]);
  }

  static constexpr ChannelKernels kernels = {moments, forward, backward};
};

const ChannelKernels& find_channel_kernels(DType type) {
  return type == DType::float32 ? ChannelsOf<float>::kernels : ChannelsOf<double>::kernels;
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

const ChannelKernels& channel_kernels(std::int64_t target, DType type) {
  DESCENT_CALL_TARGET(target, find_channel_kernels, type);
}

}  // namespace descent::kernels
#endif
