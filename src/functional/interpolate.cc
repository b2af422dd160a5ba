#include "descent/functional/interpolate.h"

#include <cmath>

#include "core/apply.h"
#include "core/elements.h"
#include "core/host.h"
#include "descent/functional/pooling.h"
#include "kernels/resample.h"
#include "ops/along.h"

namespace descent {
namespace {

using Mode = InterpolationMode;
using kernels::Resampling;

// How many of the old positions a new one is made of, along one dimension.
std::int64_t taps_of(Mode mode) {
  if (mode == Mode::nearest || mode == Mode::nearest_exact) return 1;
  return mode == Mode::bicubic ? 4 : 2;
}

struct Resize {
  Mode mode;
  bool align_corners;
  std::int64_t in, out;
  double scale;  // 0: out / in
};

// How far apart new positions are among the old ones. PyTorch computes in the type of the elements.
template <class T>
T step_of(const Resize& resize) {
  if (resize.align_corners) {
    return resize.out > 1 ? static_cast<T>(resize.in - 1) / static_cast<T>(resize.out - 1) : T(0);
  }
  return resize.scale > 0 ? static_cast<T>(1 / resize.scale) : static_cast<T>(resize.in) / static_cast<T>(resize.out);
}

double cubic_near(double t) { return ((-0.75 + 2) * t - (-0.75 + 3)) * t * t + 1; }            // |t| <= 1
double cubic_far(double t) { return ((-0.75 * t + 5 * 0.75) * t - 8 * 0.75) * t + 4 * 0.75; }  // 1 < |t| < 2

template <class T>
Resampling new_positions(const Resize& resize) {
  const T step = step_of<T>(resize);
  const std::int64_t last = resize.in - 1;
  Resampling result{.taps = taps_of(resize.mode), .index = {}, .weight = {}};
  const auto add = [&](std::int64_t index, double weight) {
    result.index.push_back(std::clamp<std::int64_t>(index, 0, last));
    result.weight.push_back(weight);
  };
  for (std::int64_t o = 0; o < resize.out; ++o) {
    const T at = static_cast<T>(o), middle = at + static_cast<T>(0.5);
    if (result.taps == 1) {
      const T place = step * (resize.mode == Mode::nearest ? at : middle);
      add(static_cast<std::int64_t>(std::floor(static_cast<float>(place))), 1);
      continue;
    }
    T place = resize.align_corners ? step * at : step * middle - static_cast<T>(0.5);
    if (result.taps == 2) place = std::max(place, T(0));
    const auto first = std::min(static_cast<std::int64_t>(std::floor(place)), last);
    const double t = std::clamp(static_cast<double>(place) - static_cast<double>(first), 0.0, 1.0);
    if (result.taps == 2) {
      add(first, 1 - t);
      add(first + 1, t);
    } else {
      add(first - 1, cubic_far(t + 1));
      add(first, cubic_near(t));
      add(first + 1, cubic_near(1 - t));
      add(first + 2, cubic_far(2 - t));
    }
  }
  return result;
}

inline namespace compute {

// index: the dimension; dims: the mode; flag: align_corners; sizes: those of the result. The second input is the scale.
Resampling resampling_of(Inputs inputs, const Attributes& attributes, std::int64_t in, std::int64_t out) {
  const Resize resize{.mode = static_cast<Mode>(attributes.dims[0]),
                      .align_corners = attributes.flag,
                      .in = in,
                      .out = out,
                      .scale = value_of<double>(*inputs[1]->impl())};
  return inputs[0]->impl()->dtype == float64 ? new_positions<double>(resize) : new_positions<float>(resize);
}

void compute_resize(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor source = row_major(*inputs[0]);
  const TensorImpl& x = *source.impl();
  const TensorImpl& result = out.make(attributes.sizes, x.dtype);
  const int dim = static_cast<int>(attributes.index);
  const Along from = along(x.sizes, dim);
  kernels::resample(x.dtype, x.data, from.outer, from.n, from.inner,
                    resampling_of(inputs, attributes, from.n, result.sizes[dim]), result.data);
}

void compute_resize_transposed(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor source = row_major(*inputs[0]);
  const TensorImpl& g = *source.impl();
  const TensorImpl& result = out.make(attributes.sizes, g.dtype);
  const int dim = static_cast<int>(attributes.index);
  const Along to = along(result.sizes, dim);
  kernels::resample_transposed(g.dtype, g.data, to.outer, to.n, to.inner,
                               resampling_of(inputs, attributes, to.n, g.sizes[dim]), result.data);
}

}  // namespace compute

// One dimension in another size, and its transpose: either is the other's gradient.
Tensor resize_transposed(const Tensor& g, const Tensor& scale, Attributes attributes, const Dims& sizes);

Tensor resize(const Tensor& x, const Tensor& scale, Attributes attributes, const Dims& sizes) {
  static constexpr Op op = {.name = "resize",
                            .compute = compute_resize,
                            .gradients = {{[](const Tensor& g, const Call& c) {
                                             return resize_transposed(g, c.input(1), c.attributes(), c.shape(0));
                                           },
                                           kInput1}}};
  attributes.sizes = sizes;
  return apply<op>({&x, &scale}, attributes);
}

Tensor resize_transposed(const Tensor& g, const Tensor& scale, Attributes attributes, const Dims& sizes) {
  static constexpr Op op = {
      .name = "resize_transposed",
      .compute = compute_resize_transposed,
      .gradients = {
          {[](const Tensor& g, const Call& c) { return resize(g, c.input(1), c.attributes(), c.shape(0)); }, kInput1}}};
  attributes.sizes = sizes;
  return apply<op>({&g, &scale}, attributes);
}

struct ModeOf {
  const char* name;
  int dims;  // how many it is for; 0: any
};

ModeOf mode_of(Mode mode) {
  switch (mode) {
    case Mode::nearest:
      return {"nearest", 0};
    case Mode::nearest_exact:
      return {"nearest_exact", 0};
    case Mode::linear:
      return {"linear", 1};
    case Mode::bilinear:
      return {"bilinear", 2};
    case Mode::bicubic:
      return {"bicubic", 2};
    case Mode::trilinear:
      return {"trilinear", 3};
    case Mode::area:
      return {"area", 0};
  }
  __builtin_unreachable();
}

// `values`, one for each of `count`, or one that stands for all.
template <class List>
auto value_for(const List& values, const char* what, int count, int k) {
  const auto given = static_cast<int>(values.size());
  if (given != 1 && given != count) fail("interpolate: ", what, " of ", given, " numbers must have one, or ", count);
  return *(values.begin() + (given == 1 ? 0 : k));
}

}  // namespace

Tensor interpolate(const Tensor& x, const InterpolateOptions& options) try {
  const Dims& sizes = impl_of(x, "interpolate").sizes;
  const auto [name, wanted] = mode_of(options.mode);
  const int count = sizes.size() - 2;
  if (count < 1 || count > 3) fail("interpolate: wants [N, C, ...] of 3 to 5 dimensions, not shape ", sizes);
  if (wanted != 0 && count != wanted) {
    fail("interpolate: mode ", name, " wants ", wanted + 2, " dimensions, not shape ", sizes);
  }
  if (!is_floating_point(x.dtype())) {
    fail("interpolate: ", x.dtype(), " cannot be interpolated; convert it with to(float32)");
  }
  if (options.size.empty() == options.scale_factor.empty()) fail("interpolate: wants either size or scale_factor");
  const bool is_weighted = wanted != 0;
  if (options.align_corners && !is_weighted) fail("interpolate: mode ", name, " aligns no corners");
  Dims result = sizes;
  std::vector<double> scales;
  for (int k = 0; k < count; ++k) {
    double scale = 0;
    if (options.size.empty()) {
      scale = value_for(options.scale_factor, "scale_factor", count, k);
      if (!(scale > 0)) fail("interpolate: scale_factor = ", scale, " must be positive");
      const double size = std::floor(static_cast<double>(sizes[k + 2]) * scale);
      if (!(size < 0x1p62)) fail("interpolate: scale_factor = ", scale, " is too large");
      result[k + 2] = static_cast<std::int64_t>(size);
    } else {
      result[k + 2] = value_for(options.size, "size", count, k);
    }
    scales.push_back(options.recompute_scale_factor ? 0 : scale);
    if (sizes[k + 2] < 1 || result[k + 2] < 1) {
      fail("interpolate: dimension ", k + 2, " of shape ", sizes, " cannot become one of ", result[k + 2]);
    }
  }
  if (options.mode == Mode::area) {
    const auto pool = count == 1 ? adaptive_avg_pool1d : count == 2 ? adaptive_avg_pool2d : adaptive_avg_pool3d;
    return pool(x, Dims(std::span(result.begin() + 2, result.end())));
  }
  Tensor resized = x;
  const bool grows = numel_of(result) > x.numel();
  for (int i = 0; i < count; ++i) {
    const int k = grows ? count - 1 - i : i;  // the last dimension takes longest: while there are fewer of it
    Dims shape = resized.sizes();
    const double scale = scales[static_cast<std::size_t>(k)];
    const bool stays = shape[k + 2] == result[k + 2];
    if (stays && (scale == 0 || scale == 1 || taps_of(options.mode) == 2)) continue;
    shape[k + 2] = result[k + 2];
    Attributes attributes;
    attributes.index = k + 2;
    attributes.dims = static_cast<std::int64_t>(options.mode);
    attributes.flag = options.align_corners;
    resized = resize(resized, Tensor(scale), attributes, shape);
  }
  return resized.impl() == x.impl() ? x.clone() : resized;
} catch (const Error& error) {
  fail_as("interpolate", error);
}

}  // namespace descent
