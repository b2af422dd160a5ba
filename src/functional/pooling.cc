#include "descent/functional/pooling.h"

#include "core/apply.h"
#include "core/elements.h"
#include "descent/create.h"
#include "functional/window.h"
#include "kernels/pool.h"

namespace descent {
namespace {

// What the ops here are told besides of windows. index: what means are divided by, if not 0; flag: whether padding
// counts. The kernel is 0 where windows are spread evenly.

// Windows on a tensor of shape `in`, of which one of shape `out` comes.
kernels::PoolShape pool_shape(const Attributes& attributes, const Dims& in, const Dims& out) {
  const int count = window_dims(attributes);
  kernels::PoolShape shape;
  for (int k = 0; k < count; ++k) {
    shape[static_cast<std::size_t>(3 - count + k)] =
        window_dim(attributes, k, in[in.size() - count + k], out[out.size() - count + k]);
  }
  return shape;
}

std::int64_t planes_of(const Attributes& attributes, const Dims& sizes) {
  std::int64_t planes = 1;
  for (int d = 0; d < sizes.size() - window_dims(attributes); ++d) planes *= sizes[d];
  return planes;
}

// x with its pooled dimensions as one.
Tensor flat_planes(const Tensor& x, const Attributes& attributes) {
  return flatten(x.dim() == window_dims(attributes) ? unsqueeze(x, 0) : x, -window_dims(attributes));
}

inline namespace compute {

template <bool kPositions>
void compute_max_pool(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor source = row_major(*inputs[0]);
  const TensorImpl& x = *source.impl();
  const TensorImpl& result = out.make(attributes.sizes, kPositions ? int64 : x.dtype);
  kernels::max_pool(x.dtype, x.data, planes_of(attributes, x.sizes), pool_shape(attributes, x.sizes, result.sizes),
                    kPositions ? nullptr : result.data, kPositions ? elements_of<std::int64_t>(result) : nullptr);
}

void compute_avg_pool(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor source = row_major(*inputs[0]);
  const TensorImpl& x = *source.impl();
  const TensorImpl& result = out.make(attributes.sizes, x.dtype);
  kernels::mean_pool(x.dtype, x.data, planes_of(attributes, x.sizes), pool_shape(attributes, x.sizes, result.sizes),
                     {attributes.index, attributes.flag}, result.data);
}

void compute_avg_pool_transposed(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor source = row_major(*inputs[0]);
  const TensorImpl& g = *source.impl();
  const TensorImpl& result = out.make(attributes.sizes, g.dtype);
  kernels::mean_pool_transposed(g.dtype, g.data, planes_of(attributes, g.sizes),
                                pool_shape(attributes, result.sizes, g.sizes), {attributes.index, attributes.flag},
                                result.data);
}

}  // namespace compute

Tensor largest_positions(const Tensor& x, const Attributes& attributes) {
  static constexpr Op op = {.name = "max_pool_positions", .compute = compute_max_pool<true>};
  return apply<op>({&x}, attributes);
}

Tensor largest(const Tensor& x, const Attributes& attributes) {
  static constexpr Op op = {.name = "max_pool",
                            .compute = compute_max_pool<false>,
                            .gradients = {{[](const Tensor& g, const Call& c) {
                                             const Attributes& attributes = c.attributes();
                                             const Tensor at = largest_positions(c.input(0), attributes);
                                             const Tensor none = zeros({}, {.dtype = g.dtype()}).expand(c.shape(0));
                                             return reshape(
                                                 scatter_add(flat_planes(none, attributes), -1,
                                                             flat_planes(at, attributes), flat_planes(g, attributes)),
                                                 c.shape(0));
                                           },
                                           kInput0}}};
  return apply<op>({&x}, attributes);
}

// Means and what the mean of a window gives back to its elements: either is the other's gradient.
Tensor means_transposed(const Tensor& g, Attributes attributes, const Dims& sizes);

Tensor means(const Tensor& x, Attributes attributes, const Dims& sizes) {
  static constexpr Op op = {
      .name = "avg_pool",
      .compute = compute_avg_pool,
      .gradients = {{[](const Tensor& g, const Call& c) { return means_transposed(g, c.attributes(), c.shape(0)); }}}};
  attributes.sizes = sizes;
  return apply<op>({&x}, attributes);
}

Tensor means_transposed(const Tensor& g, Attributes attributes, const Dims& sizes) {
  static constexpr Op op = {
      .name = "avg_pool_transposed",
      .compute = compute_avg_pool_transposed,
      .gradients = {{[](const Tensor& g, const Call& c) { return means(g, c.attributes(), c.shape(0)); }}}};
  attributes.sizes = sizes;
  return apply<op>({&g}, attributes);
}

void check_rank(const char* name, const Dims& sizes, int pooled) {
  if (sizes.size() < pooled) fail(name, ": a tensor of shape ", sizes, " has fewer than ", pooled, " dimensions");
}

// Whether each of `count` windows along dimension k of them, of n positions, sees one of these.
bool all_see_something(const Windows& windows, int k, std::int64_t n, std::int64_t count) {
  const std::int64_t padding = windows.padding[k], dilation = windows.dilation[k];
  if (dilation <= n || padding == 0) return true;  // no step is wide enough to miss them all
  for (std::int64_t o = 0; o < count; ++o) {
    const std::int64_t first = o * windows.stride[k] - padding;
    const std::int64_t j = first < 0 ? (dilation - 1 - first) / dilation : 0;
    if (j >= windows.kernel[k] || first + j * dilation >= n) return false;
  }
  return true;
}

// The shape of the result of pooling.
Dims pooled_shape(const char* name, const Dims& sizes, const Windows& windows, bool ceil_mode) {
  const int pooled = windows.kernel.size();
  check_rank(name, sizes, pooled);
  Dims result = sizes;
  for (int k = 0; k < pooled; ++k) {
    const int d = sizes.size() - pooled + k;
    const std::int64_t kernel = windows.kernel[k], padding = windows.padding[k], dilation = windows.dilation[k];
    if (padding > (dilation * (kernel - 1) + 1) / 2) {
      fail(name, ": padding ", windows.padding, " is more than half of kernel_size ", windows.kernel);
    }
    result[d] = window_count(windows, k, sizes[d], ceil_mode);
    if (sizes[d] == 0 || result[d] <= 0 || !all_see_something(windows, k, sizes[d], result[d])) {
      fail(name, ": a window of kernel_size ", kernel, ", padding ", padding, " and dilation ", dilation,
           " does not fit dimension ", d, " of shape ", sizes);
    }
  }
  return result;
}

Dims stride_or_kernel(const char* name, const Dims& stride, const Dims& kernel) {
  return stride.empty() ? kernel : for_each_dim(name, "stride", stride, kernel.size(), 1);
}

void check_numbers(const char* name, const Tensor& x) {
  if (x.dtype() == boolean) fail(name, ": bool has no largest; convert it with to(float32)");
}

void check_poolable(const char* name, const Tensor& x) {
  if (!is_floating_point(x.dtype())) fail(name, ": ", x.dtype(), " has no mean; convert it with to(float32)");
}

Attributes max_windows(const char* name, int pooled, const Tensor& x, const Dims& kernel_size,
                       const MaxPoolOptions& options) {
  const Dims& sizes = impl_of(x, name).sizes;
  check_numbers(name, x);
  Windows windows;
  windows.kernel = for_each_dim(name, "kernel_size", kernel_size, pooled, 1);
  windows.stride = stride_or_kernel(name, options.stride, windows.kernel);
  windows.padding = for_each_dim(name, "padding", options.padding, pooled, 0);
  windows.dilation = for_each_dim(name, "dilation", options.dilation, pooled, 1);
  return attributes_of(windows, pooled_shape(name, sizes, windows, options.ceil_mode));
}

Tensor avg_pool(const char* name, int pooled, const Tensor& x, const Dims& kernel_size, const AvgPoolOptions& options) {
  const Dims& sizes = impl_of(x, name).sizes;
  check_poolable(name, x);
  Windows windows;
  windows.kernel = for_each_dim(name, "kernel_size", kernel_size, pooled, 1);
  windows.stride = stride_or_kernel(name, options.stride, windows.kernel);
  windows.padding = for_each_dim(name, "padding", options.padding, pooled, 0);
  windows.dilation = Dims::filled(pooled, 1);
  Attributes attributes = attributes_of(windows, pooled_shape(name, sizes, windows, options.ceil_mode));
  attributes.flag = options.count_include_pad;
  if (options.divisor_override) {
    if (*options.divisor_override == 0) fail(name, ": divisor_override must not be 0");
    attributes.index = *options.divisor_override;
  }
  return means(x, attributes, attributes.sizes);
}

// Windows spread evenly.
Attributes adaptive_windows(const char* name, int pooled, const Tensor& x, const Dims& output_size) {
  const Dims& sizes = impl_of(x, name).sizes;
  check_rank(name, sizes, pooled);
  const Dims wanted = for_each_dim(name, "output_size", output_size, pooled, -1);
  Dims result = sizes;
  for (int k = 0; k < pooled; ++k) {
    const int d = sizes.size() - pooled + k;
    if (sizes[d] == 0) fail(name, ": dimension ", d, " of shape ", sizes, " is empty");
    if (wanted[k] >= 0) result[d] = wanted[k];
  }
  const Dims none = Dims::filled(pooled, 0), one = Dims::filled(pooled, 1);
  return attributes_of({.kernel = none, .stride = one, .padding = none, .dilation = one}, result);
}

Tensor adaptive_avg_pool(const char* name, int pooled, const Tensor& x, const Dims& output_size) {
  const Attributes attributes = adaptive_windows(name, pooled, x, output_size);
  check_poolable(name, x);
  const Dims& result = attributes.sizes;
  if (numel_of(Dims(std::span(result.end() - pooled, result.end()))) != 1) return means(x, attributes, result);
  Dims all;
  for (int d = -pooled; d < 0; ++d) all.push_back(d);
  return mean(x, all, /*keepdim=*/true);
}

Tensor lp_pool(const char* name, int pooled, const Tensor& x, double norm_type, const Dims& kernel_size,
               const LPPoolOptions& options) try {
  const Dims kernel = for_each_dim(name, "kernel_size", kernel_size, pooled, 1);
  const Tensor mean =
      avg_pool(name, pooled, pow(x, norm_type), kernel, {.stride = options.stride, .ceil_mode = options.ceil_mode});
  const Tensor sum = sign(mean) * relu(abs(mean)) * static_cast<double>(numel_of(kernel));
  return pow(sum, 1 / norm_type);
} catch (const Error& error) {
  fail_as(name, error);
}

ValuesAndIndices both(const Tensor& x, const Attributes& attributes) {
  return {largest(x, attributes), largest_positions(x, attributes)};
}

// What is there once is not looked for again.
ValuesAndIndices adaptive_both(const char* name, int pooled, const Tensor& x, const Dims& output_size) {
  const Attributes attributes = adaptive_windows(name, pooled, x, output_size);
  check_numbers(name, x);
  const Tensor at = largest_positions(x, attributes);
  return {reshape(gather(flat_planes(x, attributes), -1, flat_planes(at, attributes)), attributes.sizes), at};
}

}  // namespace

Tensor max_pool1d(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options) {
  return largest(x, max_windows("max_pool1d", 1, x, kernel_size, options));
}
Tensor max_pool2d(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options) {
  return largest(x, max_windows("max_pool2d", 2, x, kernel_size, options));
}
Tensor max_pool3d(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options) {
  return largest(x, max_windows("max_pool3d", 3, x, kernel_size, options));
}

ValuesAndIndices max_pool1d_with_indices(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options) {
  return both(x, max_windows("max_pool1d_with_indices", 1, x, kernel_size, options));
}
ValuesAndIndices max_pool2d_with_indices(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options) {
  return both(x, max_windows("max_pool2d_with_indices", 2, x, kernel_size, options));
}
ValuesAndIndices max_pool3d_with_indices(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options) {
  return both(x, max_windows("max_pool3d_with_indices", 3, x, kernel_size, options));
}

Tensor avg_pool1d(const Tensor& x, const Dims& kernel_size, AvgPoolOptions options) {
  return avg_pool("avg_pool1d", 1, x, kernel_size, options);
}
Tensor avg_pool2d(const Tensor& x, const Dims& kernel_size, AvgPoolOptions options) {
  return avg_pool("avg_pool2d", 2, x, kernel_size, options);
}
Tensor avg_pool3d(const Tensor& x, const Dims& kernel_size, AvgPoolOptions options) {
  return avg_pool("avg_pool3d", 3, x, kernel_size, options);
}

Tensor lp_pool1d(const Tensor& x, double norm_type, const Dims& kernel_size, LPPoolOptions options) {
  return lp_pool("lp_pool1d", 1, x, norm_type, kernel_size, options);
}
Tensor lp_pool2d(const Tensor& x, double norm_type, const Dims& kernel_size, LPPoolOptions options) {
  return lp_pool("lp_pool2d", 2, x, norm_type, kernel_size, options);
}
Tensor lp_pool3d(const Tensor& x, double norm_type, const Dims& kernel_size, LPPoolOptions options) {
  return lp_pool("lp_pool3d", 3, x, norm_type, kernel_size, options);
}

Tensor adaptive_max_pool1d(const Tensor& x, const Dims& output_size) {
  return adaptive_both("adaptive_max_pool1d", 1, x, output_size).values;
}
Tensor adaptive_max_pool2d(const Tensor& x, const Dims& output_size) {
  return adaptive_both("adaptive_max_pool2d", 2, x, output_size).values;
}
Tensor adaptive_max_pool3d(const Tensor& x, const Dims& output_size) {
  return adaptive_both("adaptive_max_pool3d", 3, x, output_size).values;
}

ValuesAndIndices adaptive_max_pool1d_with_indices(const Tensor& x, const Dims& output_size) {
  return adaptive_both("adaptive_max_pool1d_with_indices", 1, x, output_size);
}
ValuesAndIndices adaptive_max_pool2d_with_indices(const Tensor& x, const Dims& output_size) {
  return adaptive_both("adaptive_max_pool2d_with_indices", 2, x, output_size);
}
ValuesAndIndices adaptive_max_pool3d_with_indices(const Tensor& x, const Dims& output_size) {
  return adaptive_both("adaptive_max_pool3d_with_indices", 3, x, output_size);
}

Tensor adaptive_avg_pool1d(const Tensor& x, const Dims& output_size) {
  return adaptive_avg_pool("adaptive_avg_pool1d", 1, x, output_size);
}
Tensor adaptive_avg_pool2d(const Tensor& x, const Dims& output_size) {
  return adaptive_avg_pool("adaptive_avg_pool2d", 2, x, output_size);
}
Tensor adaptive_avg_pool3d(const Tensor& x, const Dims& output_size) {
  return adaptive_avg_pool("adaptive_avg_pool3d", 3, x, output_size);
}

}  // namespace descent
