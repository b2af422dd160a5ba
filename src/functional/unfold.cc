#include "descent/functional/unfold.h"

#include "core/apply.h"
#include "core/elements.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "functional/window.h"
#include "kernels/unfold.h"

namespace descent {
namespace {

// The shape that `windows`, of a tensor of the shape `plane` in its last two dimensions, have there.
kernels::UnfoldShape unfold_shape(const Attributes& attributes, const Dims& plane, const Dims& windows) {
  const int in = plane.size() - 2, out = windows.size() - 2;
  return {window_dim(attributes, 0, plane[in], windows[out]),
          window_dim(attributes, 1, plane[in + 1], windows[out + 1])};
}

std::int64_t planes_of(const Dims& sizes) {
  std::int64_t planes = 1;
  for (int d = 0; d < sizes.size() - 2; ++d) planes *= sizes[d];
  return planes;
}

inline namespace compute {

void compute_unfold(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor source = row_major(*inputs[0]);
  const TensorImpl& x = *source.impl();
  const TensorImpl& result = out.make(attributes.sizes, x.dtype);
  kernels::unfold(x.dtype, x.data, planes_of(x.sizes), unfold_shape(attributes, x.sizes, result.sizes), result.data);
}

void compute_fold(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor source = row_major(*inputs[0]);
  const TensorImpl& x = *source.impl();
  const TensorImpl& result = out.make(attributes.sizes, x.dtype);
  kernels::fold(x.dtype, x.data, planes_of(result.sizes), unfold_shape(attributes, result.sizes, x.sizes), result.data);
}

}  // namespace compute

// [..., H, W] to [..., kernel, kernel, windows, windows] and back: either is the other's gradient.
Tensor to_planes(const Tensor& x, Attributes attributes, const Dims& sizes);

Tensor to_windows(const Tensor& x, Attributes attributes, const Dims& sizes) {
  static constexpr Op op = {
      .name = "unfold",
      .compute = compute_unfold,
      .gradients = {{[](const Tensor& g, const Call& c) { return to_planes(g, c.attributes(), c.shape(0)); }}}};
  attributes.sizes = sizes;
  return apply<op>({&x}, attributes);
}

Tensor to_planes(const Tensor& x, Attributes attributes, const Dims& sizes) {
  static constexpr Op op = {.name = "fold", .compute = compute_fold, .gradients = {{[](const Tensor& g, const Call& c) {
                                                                       return to_windows(g, c.attributes(), c.shape(0));
                                                                     }}}};
  attributes.sizes = sizes;
  return apply<op>({&x}, attributes);
}

Windows windows_of(const char* name, const Dims& kernel_size, const UnfoldOptions& options) {
  return {.kernel = for_each_dim(name, "kernel_size", kernel_size, 2, 1),
          .stride = for_each_dim(name, "stride", options.stride, 2, 1),
          .padding = for_each_dim(name, "padding", options.padding, 2, 0),
          .dilation = for_each_dim(name, "dilation", options.dilation, 2, 1)};
}

// How many windows there are along each of the last two dimensions of `sizes`.
Dims counts_of(const char* name, const Windows& windows, const Dims& sizes) {
  Dims counts;
  for (int k = 0; k < 2; ++k) {
    const int d = sizes.size() - 2 + k;
    counts.push_back(window_count(windows, k, sizes[d]));
    if (counts[k] == 0) {
      fail(name, ": a window of kernel_size ", windows.kernel[k], ", padding ", windows.padding[k], " and dilation ",
           windows.dilation[k], " does not fit dimension ", d, " of shape ", sizes);
    }
  }
  return counts;
}

}  // namespace

Tensor unfold(const Tensor& x, const Dims& kernel_size, const UnfoldOptions& options) {
  const Dims& sizes = impl_of(x, "unfold").sizes;
  if (sizes.size() != 3 && sizes.size() != 4) fail("unfold: wants [N, C, H, W] or [C, H, W], not shape ", sizes);
  const Windows windows = windows_of("unfold", kernel_size, options);
  const Dims counts = counts_of("unfold", windows, sizes);
  const int channels = sizes.size() - 3;
  Dims apart(std::span(sizes.begin(), sizes.end() - 2)), flat = apart;
  for (const Dims& part : {windows.kernel, counts}) {
    for (const std::int64_t size : part) apart.push_back(size);
  }
  flat[channels] *= numel_of(windows.kernel);
  flat.push_back(numel_of(counts));
  return reshape(to_windows(x, attributes_of(windows, apart), apart), flat);
}

Tensor fold(const Tensor& x, const Dims& output_size, const Dims& kernel_size, const UnfoldOptions& options) {
  const Dims& sizes = impl_of(x, "fold").sizes;
  if (sizes.size() != 2 && sizes.size() != 3)
    fail("fold: wants [N, columns, windows] or [columns, windows], not shape ", sizes);
  if (x.dtype() == boolean) fail("fold: bool cannot be added up; convert it with to(float32)");
  const Windows windows = windows_of("fold", kernel_size, options);
  const Dims plane = for_each_dim("fold", "output_size", output_size, 2, 1);
  const Dims counts = counts_of("fold", windows, plane);
  const int columns = sizes.size() - 2;
  const std::int64_t positions = numel_of(windows.kernel);
  if (sizes[columns] % positions != 0 || sizes[columns + 1] != numel_of(counts)) {
    fail("fold: windows of kernel_size ", windows.kernel, " over output_size ", plane,
         " want columns of a multiple of ", positions, " and ", numel_of(counts), " windows; x has shape ", sizes);
  }
  Dims whole = sizes, apart = sizes;
  whole[columns] /= positions;
  whole[columns + 1] = plane[0];
  whole.push_back(plane[1]);
  apart[columns] /= positions;
  apart.erase(columns + 1);
  for (const Dims& part : {windows.kernel, counts}) {
    for (const std::int64_t size : part) apart.push_back(size);
  }
  return to_planes(reshape(x, apart), attributes_of(windows, whole), whole);
}

Tensor unfold(const Tensor& x, std::int64_t dim, std::int64_t size, std::int64_t step) try {
  const Dims& sizes = impl_of(x, "unfold").sizes;
  const int d = wrap_dim(dim, sizes.size(), "unfold");
  if (sizes.empty()) return select(unfold(unsqueeze(x, 0), 0, size, step), 0, 0);
  if (size < 0 || size > sizes[d]) fail("unfold: size = ", size, " does not fit dimension ", d, " of shape ", sizes);
  if (step < 1) fail("unfold: step = ", step, " must be at least 1");
  const std::int64_t count = (sizes[d] - size) / step + 1;
  const Tensor positions = unsqueeze(arange(count) * step, 1) + arange(size);
  Dims apart = sizes, order;
  apart[d] = count;
  apart.insert(d + 1, size);
  for (int k = 0; k < apart.size(); ++k) {
    if (k != d + 1) order.push_back(k);
  }
  order.push_back(d + 1);
  return permute(reshape(index_select(x, d, flatten(positions)), apart), order);
} catch (const Error& error) {
  fail_as("unfold", error);
}

}  // namespace descent
