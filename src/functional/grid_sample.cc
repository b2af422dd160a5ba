#include "descent/functional/grid_sample.h"

#include "core/tensor_impl.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "functional/cubic.h"

namespace descent {
namespace {

// One of the positions that each place is made of, along one dimension.
struct Tap {
  Tensor position;  // a whole number, of floating point
  Tensor weight;    // undefined: 1
};

// From -1 to 1 across a dimension to positions in it.
Tensor to_positions(const Tensor& places, std::int64_t n, bool align_corners) {
  const auto size = static_cast<double>(n);
  return align_corners ? (places + 1) / 2 * (size - 1) : ((places + 1) * size - 1) / 2;
}

// Positions outside of the dimension, as the padding has it.
Tensor with_padding(const Tensor& positions, std::int64_t n, const GridSampleOptions& options) {
  if (options.padding_mode == GridSamplePadding::zeros) return positions;
  const auto last = static_cast<double>(n - 1);
  if (options.padding_mode == GridSamplePadding::border) return clamp(positions, 0, last);
  // As in mirrors at the middles, or at the outer ends, of the first and the last element.
  const double mirror = options.align_corners ? 0 : -0.5, span = options.align_corners ? last : last + 1;
  if (span == 0) return positions * 0;
  return clamp(mirror + span - abs(remainder(positions - mirror, 2 * span) - span), 0, last);
}

std::vector<Tap> taps_of(const Tensor& places, std::int64_t n, const GridSampleOptions& options) {
  const Tensor unbounded = to_positions(places, n, options.align_corners);
  if (options.mode == GridSampleMode::bicubic) {
    const Tensor first = floor(unbounded.detach()), t = unbounded - first;
    const auto at = [&](double step) { return with_padding(first + step, n, options); };
    return {{at(-1), cubic_far(t + 1)}, {at(0), cubic_near(t)}, {at(1), cubic_near(1 - t)}, {at(2), cubic_far(2 - t)}};
  }
  const Tensor positions = with_padding(unbounded, n, options);
  if (options.mode == GridSampleMode::nearest) return {{round(positions.detach()), {}}};
  const Tensor first = floor(positions.detach()), t = positions - first;
  return {{first, 1 - t}, {first + 1, t}};
}

// For each place, one of the elements that it is made of: where that stands among all, whether that is inside, and its
// weight, undefined for 1.
struct Seen {
  Tensor index, inside, weight;
};

void check_grid(const Dims& x, const Dims& grid, GridSampleMode mode) {
  const int dims = x.size() - 2;
  if (dims != 2 && dims != 3) fail("grid_sample: wants [N, C, H, W] or [N, C, D, H, W], not shape ", x);
  if (grid.size() != x.size() || grid.back() != dims || grid[0] != x[0]) {
    fail("grid_sample: x of shape ", x, " wants a grid of ", x[0], " x ", dims, " sizes x ", dims, ", not of shape ",
         grid);
  }
  if (mode == GridSampleMode::bicubic && dims != 2) fail("grid_sample: bicubic is for [N, C, H, W], not for shape ", x);
  for (int d = 2; d < x.size(); ++d) {
    if (x[d] == 0) fail("grid_sample: dimension ", d, " of shape ", x, " is empty");
  }
}

}  // namespace

Tensor grid_sample(const Tensor& x, const Tensor& grid, GridSampleOptions options) try {
  const Dims &sizes = impl_of(x, "grid_sample").sizes, &shape = impl_of(grid, "grid_sample").sizes;
  if (x.dtype() != grid.dtype() || !is_floating_point(x.dtype())) {
    fail("grid_sample: dtypes ", x.dtype(), " and ", grid.dtype(), "; both must be the same, and of floating point");
  }
  check_grid(sizes, shape, options.mode);
  const int dims = sizes.size() - 2;
  const Tensor places = reshape(grid, {shape[0], numel_of(shape) / std::max<std::int64_t>(shape[0] * dims, 1), dims});
  std::vector<Seen> all = {{}};
  for (int k = 0; k < dims; ++k) {
    const std::int64_t n = sizes[2 + k];
    std::vector<Seen> seen;
    for (const Tap& tap : taps_of(select(places, 2, dims - 1 - k), n, options)) {
      const Tensor inside = tap.position >= 0 && tap.position <= static_cast<double>(n - 1);
      const Tensor index = where(inside, tap.position, 0).to(int64);
      for (const Seen& before : all) {
        if (!before.index.defined()) {
          seen.push_back({index, inside, tap.weight});
        } else {
          seen.push_back({before.index * n + index, before.inside && inside,
                          tap.weight.defined() ? before.weight * tap.weight : Tensor()});
        }
      }
    }
    all = std::move(seen);
  }
  const Tensor image = flatten(x, 2);
  const Dims wanted = {sizes[0], sizes[1], places.size(1)};
  Tensor result;
  for (const Seen& seen : all) {
    const Tensor there = gather(image, 2, expand(unsqueeze(seen.index, 1), wanted));
    const Tensor values = where(unsqueeze(seen.inside, 1), there, 0);
    const Tensor term = seen.weight.defined() ? values * unsqueeze(seen.weight, 1) : values;
    result = result.defined() ? result + term : term;
  }
  Dims out = shape;
  out.erase(dims + 1);
  out.insert(1, sizes[1]);
  return reshape(result, out);
} catch (const Error& error) {
  fail_as("grid_sample", error);
}

Tensor affine_grid(const Tensor& theta, const Dims& size, bool align_corners) try {
  const Dims& shape = impl_of(theta, "affine_grid").sizes;
  const int dims = size.size() - 2;
  if (dims != 2 && dims != 3) fail("affine_grid: wants a size [N, C, H, W] or [N, C, D, H, W], not ", size);
  if (!(shape == Dims{size[0], dims, dims + 1})) {
    fail("affine_grid: size ", size, " wants maps of shape ", Dims{size[0], dims, dims + 1}, ", not ", shape);
  }
  if (!is_floating_point(theta.dtype())) fail("affine_grid: theta is ", theta.dtype(), "; it must be floating point");
  Dims plane(std::span(size.begin() + 2, size.end())), places = plane;
  const TensorOptions like = {.dtype = theta.dtype()};
  std::vector<Tensor> coordinates;
  for (int k = dims - 1; k >= 0; --k) {
    const std::int64_t n = plane[k];
    if (n < 1) fail("affine_grid: size ", size, " must be positive");
    Tensor line = n == 1 ? zeros(1, like) : linspace(-1, 1, n, like);
    if (!align_corners) line = line * (static_cast<double>(n - 1) / static_cast<double>(n));
    Dims along = Dims::filled(dims, 1);
    along[k] = n;
    coordinates.push_back(expand(reshape(line, along), plane));
  }
  coordinates.push_back(expand(ones(1, like), plane));
  const Tensor base = reshape(stack(coordinates, -1), {numel_of(plane), dims + 1});
  places.insert(0, size[0]);
  places.push_back(dims);
  return reshape(matmul(base, transpose(theta, 1, 2)), places);
} catch (const Error& error) {
  fail_as("affine_grid", error);
}

}  // namespace descent
