#include "kernels/convolution.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "descent/error.h"
#include "kernels/convolution_kernels.h"
#include "kernels/parallel.h"
#include "kernels/targets.h"
#include "kernels/thread_memory.h"

namespace descent::kernels {
namespace {

/// Multiplications that are worth waking a thread for.
constexpr std::int64_t kWork = 1 << 19;
/// The most outputs that are computed together, and those whose products are added up together.
constexpr std::int64_t kOutputs = 1024, kProducts = 512;
/// The most rows and columns of sums that are added up together.
constexpr std::int64_t kSumRows = 576, kSumColumns = 256;
/// Work is cut into about so many items, if there is enough of it, for the sake of more threads...
constexpr std::int64_t kItems = 16;
/// ...but sums of parts take no more elements than this.
constexpr std::int64_t kPartialSums = 1 << 21;

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t grain(std::int64_t work) { return std::max<std::int64_t>(1, kWork / std::max<std::int64_t>(1, work)); }

/// Memory of the thread, which keeps it for the next time.
template <class T>
T* workspace(std::int64_t size) {
  constinit thread_local ThreadMemory memory;
  return memory.at_least<T>(size);
}

/// The outputs of an image, cut into ranges of at most about `most` that cross no row, or else no plane, that has more.
struct Cuts {
  std::int64_t unit, length, in_unit, count;

  Cuts(const Correlation& c, std::int64_t most) : unit(c.axes[2].outputs) {
    if (unit < most) unit *= c.axes[1].outputs;
    if (unit < most) unit *= c.axes[0].outputs;
    length = divide_up(divide_up(unit, divide_up(unit, most)), 32) * 32;
    in_unit = divide_up(unit, length);
    count = in_unit * (c.outputs() / unit);
  }
  OutputRange range(std::int64_t i) const {
    const std::int64_t begin = i / in_unit * unit, at = i % in_unit * length;
    return {begin + at, begin + std::min(unit, at + length)};
  }
};

Correlation forward(const Convolution& c) {
  Correlation result = {.channels = c.in_channels, .rows = c.out_channels, .axes = {}, .in_plane = 1, .out_plane = 1};
  for (int i = 2; i >= 0; --i) {
    const ConvolutionAxis& axis = c.axes[i];
    result.axes[i] = {.inputs = axis.in,
                      .outputs = axis.out,
                      .taps = axis.kernel,
                      .step = axis.stride,
                      .tap_step = axis.dilation,
                      .start = -axis.padding,
                      .out_stride = result.out_plane};
    result.in_plane *= axis.in;
    result.out_plane *= axis.out;
  }
  return result;
}

/// out = what `c` says of each image and group, plus start [groups * rows]; w [groups, rows, depth].
template <class T>
void correlate(const Convolution& sizes, const Correlation& c, const T* in, const T* w, const T* start, T* out,
               T* packed) {
  const ConvolutionKernels<T>& kernels = convolution_kernels<T>(chosen_target());
  const std::int64_t depth = c.depth(), groups = sizes.groups;
  const Cuts cuts(c, kOutputs);
  const bool whole = c.has_few_rows();
  const std::int64_t packed_size = kernels.packed_size(c);
  if (!whole) {
    const std::int64_t blocks = divide_up(c.rows, kRowsTogether);
    parallel_for(groups * blocks, grain(kRowsTogether * depth * 8), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t group = i / blocks, row = i % blocks * kRowsTogether;
        kernels.pack(c, w + group * c.rows * depth, row, std::min(c.rows, row + kRowsTogether),
                     packed + group * packed_size);
      }
    });
  }
  const std::int64_t images = sizes.images * groups * cuts.count;
  const std::int64_t wanted = whole ? 1 : std::clamp<std::int64_t>(kItems / images, 1, divide_up(c.rows, 48));
  const std::int64_t rows = divide_up(divide_up(c.rows, wanted), kRowsTogether) * kRowsTogether;
  const std::int64_t blocks = divide_up(c.rows, rows);
  const std::int64_t work = std::min(rows, c.rows) * depth * cuts.length;
  parallel_for(images * blocks, grain(work), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t row = i % blocks * rows, cut = i / blocks % cuts.count, part = i / blocks / cuts.count;
      const std::int64_t group = part % groups;
      kernels.correlate(c, in + part * c.channels * c.in_plane,
                        whole ? w + group * c.rows * depth : packed + group * packed_size,
                        start ? start + group * c.rows : nullptr, row, std::min(c.rows, row + rows), cuts.range(cut),
                        out + part * c.rows * c.out_plane);
    }
  });
}

template <class T>
void compute_forward(const Convolution& sizes, const T* x, const T* w, const T* bias, T* y) {
  const Correlation c = forward(sizes);
  if (sizes.images * sizes.groups * c.rows * c.outputs() == 0) return;
  const std::int64_t packed = convolution_kernels<T>(chosen_target()).packed_size(c) * sizes.groups;
  correlate(sizes, c, x, w, bias, y, c.has_few_rows() ? nullptr : workspace<T>(packed));
}

/// Along one axis, the inputs at phase + t * stride, and the taps that meet an output there: from `tap`, `apart` apart.
struct Phase {
  CorrelationAxis axis;
  std::int64_t first, tap, apart;

  Phase(const ConvolutionAxis& of, std::int64_t phase, std::int64_t stride_in_memory) : first(phase), tap(0) {
    const std::int64_t at = phase + of.padding;
    apart = of.stride / std::gcd(of.stride, of.dilation);
    while (tap < apart && (at - tap * of.dilation) % of.stride != 0) ++tap;
    const bool none = tap == apart || tap >= of.kernel;
    axis = {.inputs = of.out,
            .outputs = divide_up(of.in - phase, of.stride),
            .taps = none ? 0 : divide_up(of.kernel - tap, apart),
            .step = 1,
            .tap_step = -(apart * of.dilation / of.stride),
            .start = none ? 0 : (at - tap * of.dilation) / of.stride,
            .out_stride = of.stride * stride_in_memory};
  }
};

/// The weights of three phases, [groups, channels, out channels, taps], as those of the correlation that they are.
template <class T>
void arrange(const Convolution& c, const Phase (&phases)[3], const T* w, T* to) {
  const std::int64_t kernel = c.axes[0].kernel * c.axes[1].kernel * c.axes[2].kernel;
  const std::int64_t taps = phases[0].axis.taps * phases[1].axis.taps * phases[2].axis.taps;
  parallel_for(c.groups * c.in_channels, grain(c.out_channels * taps * 8), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t group = i / c.in_channels, channel = i % c.in_channels;
      T* target = to + i * c.out_channels * taps;
      for (std::int64_t o = 0; o < c.out_channels; ++o) {
        const T* from = w + ((group * c.out_channels + o) * c.in_channels + channel) * kernel;
        for (std::int64_t j0 = 0; j0 < phases[0].axis.taps; ++j0) {
          const std::int64_t k0 = phases[0].tap + j0 * phases[0].apart;
          for (std::int64_t j1 = 0; j1 < phases[1].axis.taps; ++j1) {
            const std::int64_t k1 = phases[1].tap + j1 * phases[1].apart;
            const T* line = from + (k0 * c.axes[1].kernel + k1) * c.axes[2].kernel + phases[2].tap;
            for (std::int64_t j2 = 0; j2 < phases[2].axis.taps; ++j2) *target++ = line[j2 * phases[2].apart];
          }
        }
      }
    }
  });
}

// Inputs a stride apart meet their own taps: for each such set, the gradient is a convolution of stride 1.
template <class T>
void compute_input_gradient(const Convolution& sizes, const T* y, const T* w, T* x) {
  const ConvolutionAxis(&axes)[3] = sizes.axes;
  const std::int64_t in_plane = axes[0].in * axes[1].in * axes[2].in;
  const std::int64_t out_plane = axes[0].out * axes[1].out * axes[2].out;
  const std::int64_t elements = sizes.images * sizes.groups * sizes.in_channels * in_plane;
  if (elements == 0) return;
  // With a stride, some inputs may meet no tap at all.
  if (axes[0].stride * axes[1].stride * axes[2].stride > 1 || out_plane == 0) std::fill_n(x, elements, T{0});
  if (out_plane == 0) return;
  for (std::int64_t f0 = 0; f0 < std::min(axes[0].stride, axes[0].in); ++f0) {
    for (std::int64_t f1 = 0; f1 < std::min(axes[1].stride, axes[1].in); ++f1) {
      for (std::int64_t f2 = 0; f2 < std::min(axes[2].stride, axes[2].in); ++f2) {
        const Phase phases[3] = {{axes[0], f0, axes[1].in * axes[2].in}, {axes[1], f1, axes[2].in}, {axes[2], f2, 1}};
        const Correlation c = {.channels = sizes.out_channels,
                               .rows = sizes.in_channels,
                               .axes = {phases[0].axis, phases[1].axis, phases[2].axis},
                               .in_plane = out_plane,
                               .out_plane = in_plane};
        if (c.taps() == 0) continue;
        const std::int64_t weights = sizes.groups * c.rows * c.depth();
        T* const arranged =
            workspace<T>(weights + sizes.groups * convolution_kernels<T>(chosen_target()).packed_size(c));
        arrange(sizes, phases, w, arranged);
        correlate(sizes, c, y, arranged, static_cast<const T*>(nullptr), x + (f0 * axes[1].in + f1) * axes[2].in + f2,
                  arranged + weights);
      }
    }
  }
}

// Each item adds up some rows and columns of the product of what is unfolded from x and of y, over some of the images;
// what items of the same rows and columns found is added up in order.
template <class T>
void compute_weight_gradient(const Convolution& sizes, const T* x, const T* y, T* w) {
  const Correlation all = forward(sizes);
  const std::int64_t taps = all.taps(), depth = all.depth(), elements = sizes.groups * all.rows * depth;
  if (elements == 0) return;
  if (sizes.images == 0 || all.outputs() == 0) {
    std::fill_n(w, elements, T{0});
    return;
  }
  const Cuts cuts(all, all.has_few_rows() ? kOutputs : kProducts);
  const std::int64_t steps = sizes.images * cuts.count;
  const std::int64_t channels = std::clamp<std::int64_t>(kSumRows / taps, 1, all.channels);
  const std::int64_t columns = std::min(all.rows, kSumColumns);
  const std::int64_t across = divide_up(all.rows, columns), down = divide_up(all.channels, channels);
  const std::int64_t sums = sizes.groups * down * across;
  const std::int64_t work = channels * taps * columns * cuts.length;
  const std::int64_t in_chunk = divide_up(
      steps, std::max<std::int64_t>(
                 1, std::min({divide_up(kItems, sums), kPartialSums / elements, steps, work * steps / kWork})));
  const std::int64_t chunks = divide_up(steps, in_chunk);
  T* const partial = workspace<T>(chunks * elements);
  const ConvolutionKernels<T>& kernels = convolution_kernels<T>(chosen_target());
  parallel_for(chunks * sums, grain(work * in_chunk), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t chunk = i / sums, group = i / (down * across) % sizes.groups;
      const std::int64_t channel = i / across % down * channels, row = i % across * columns;
      Correlation c = all;
      c.channels = std::min(channels, all.channels - channel);
      T* const to = partial + (chunk * sizes.groups + group) * depth * all.rows + channel * taps * all.rows;
      const std::int64_t first = chunk * in_chunk, last = std::min(steps, first + in_chunk);
      for (std::int64_t step = first; step < last; ++step) {
        const std::int64_t part = step / cuts.count * sizes.groups + group;
        kernels.products(c, x + (part * all.channels + channel) * all.in_plane, y + part * all.rows * all.out_plane,
                         row, std::min(all.rows, row + columns), cuts.range(step % cuts.count), step > first, to,
                         all.rows);
      }
    }
  });
  parallel_for(sizes.groups * depth, grain(all.rows * chunks * 4), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      T* const sum = partial + i * all.rows;
      for (std::int64_t chunk = 1; chunk < chunks; ++chunk) {
        const T* const part = sum + chunk * elements;
        for (std::int64_t r = 0; r < all.rows; ++r) sum[r] += part[r];
      }
      T* const to = w + i / depth * all.rows * depth + i % depth;
      for (std::int64_t r = 0; r < all.rows; ++r) to[r * depth] = sum[r];
    }
  });
}

template <class Body>
void of_type(DType type, const char* what, const Body& body) {
  if (type == DType::float32)
    body(float{});
  else if (type == DType::float64)
    body(double{});
  else
    fail(what, " is not defined for ", type);
}

}  // namespace

void convolution(DType type, const Convolution& c, const void* x, const void* w, const void* bias, void* y) {
  of_type(type, "convolution", [&](auto zero) {
    using T = decltype(zero);
    compute_forward(c, static_cast<const T*>(x), static_cast<const T*>(w), static_cast<const T*>(bias),
                    static_cast<T*>(y));
  });
}

void convolution_input_gradient(DType type, const Convolution& c, const void* y, const void* w, void* x) {
  of_type(type, "convolution_input_gradient", [&](auto zero) {
    using T = decltype(zero);
    compute_input_gradient(c, static_cast<const T*>(y), static_cast<const T*>(w), static_cast<T*>(x));
  });
}

void convolution_weight_gradient(DType type, const Convolution& c, const void* x, const void* y, void* w) {
  of_type(type, "convolution_weight_gradient", [&](auto zero) {
    using T = decltype(zero);
    compute_weight_gradient(c, static_cast<const T*>(x), static_cast<const T*>(y), static_cast<T*>(w));
  });
}

}  // namespace descent::kernels
