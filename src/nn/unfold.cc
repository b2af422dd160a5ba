#include "descent/nn/unfold.h"

#include "functional/window.h"

namespace descent::nn {
namespace {

void check_windows(const char* layer, const Dims& kernel_size, const UnfoldOptions& options) {
  for_each_dim(layer, "kernel_size", kernel_size, 2, 1);
  for_each_dim(layer, "dilation", options.dilation, 2, 1);
  for_each_dim(layer, "padding", options.padding, 2, 0);
  for_each_dim(layer, "stride", options.stride, 2, 1);
}

}  // namespace

Unfold::Unfold(const Dims& kernel_size_, const UnfoldOptions& options_) : kernel_size(kernel_size_), options(options_) {
  check_windows("Unfold", kernel_size, options);
}

Tensor Unfold::forward(const Tensor& x) const try {
  return unfold(x, kernel_size, options);
} catch (const Error& error) {
  fail_as("Unfold", error);
}

Fold::Fold(const Dims& output_size_, const Dims& kernel_size_, const UnfoldOptions& options_)
    : output_size(output_size_), kernel_size(kernel_size_), options(options_) {
  for_each_dim("Fold", "output_size", output_size, 2, 1);
  check_windows("Fold", kernel_size, options);
}

Tensor Fold::forward(const Tensor& x) const try {
  return fold(x, output_size, kernel_size, options);
} catch (const Error& error) {
  fail_as("Fold", error);
}

}  // namespace descent::nn
