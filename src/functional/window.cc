#include "functional/window.h"

namespace descent {

Dims for_each_dim(const char* function, const char* what, const Dims& values, int rank, std::int64_t least) {
  if (values.size() != 1 && values.size() != rank) {
    fail(function, ": ", what, " ", values, " must be one number, or ", rank);
  }
  for (const std::int64_t value : values) {
    if (value < least) fail(function, ": ", what, " ", values, " must be at least ", least);
  }
  return values.size() == rank ? values : Dims::filled(rank, values[0]);
}

std::int64_t window_count(const Windows& windows, int k, std::int64_t n, bool ceil_mode) {
  const std::int64_t stride = windows.stride[k], padding = windows.padding[k];
  const std::int64_t last = n + 2 * padding - windows.dilation[k] * (windows.kernel[k] - 1) - 1;
  if (last < 0 && !(ceil_mode && last > -stride)) return 0;
  const std::int64_t count = (last + (ceil_mode ? stride - 1 : 0)) / stride + 1;
  return ceil_mode && (count - 1) * stride >= n + padding ? count - 1 : count;
}

Attributes attributes_of(const Windows& windows, const Dims& sizes) {
  Attributes attributes;
  for (const std::int64_t kernel : windows.kernel) attributes.dims.push_back(kernel);
  for (const std::int64_t dilation : windows.dilation) attributes.dims.push_back(dilation);
  for (const std::int64_t stride : windows.stride) attributes.strides.push_back(stride);
  for (const std::int64_t padding : windows.padding) attributes.strides.push_back(padding);
  attributes.sizes = sizes;
  return attributes;
}

int window_dims(const Attributes& attributes) { return attributes.dims.size() / 2; }

kernels::WindowDim window_dim(const Attributes& attributes, int k, std::int64_t in, std::int64_t out) {
  const int count = window_dims(attributes);
  return {.in = in,
          .out = out,
          .kernel = attributes.dims[k],
          .stride = attributes.strides[k],
          .padding = attributes.strides[count + k],
          .dilation = attributes.dims[count + k]};
}

}  // namespace descent
