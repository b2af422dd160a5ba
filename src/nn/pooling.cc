#include "descent/nn/pooling.h"

#include "functional/window.h"

namespace descent::nn::detail {
namespace {

void check_windows(const char* layer, int rank, const Dims& kernel_size, const Dims& stride) {
  for_each_dim(layer, "kernel_size", kernel_size, rank, 1);
  if (!stride.empty()) for_each_dim(layer, "stride", stride, rank, 1);
}

}  // namespace

void check_pooling(const char* layer, int rank, const Dims& kernel_size, const MaxPoolOptions& options) {
  check_windows(layer, rank, kernel_size, options.stride);
  for_each_dim(layer, "padding", options.padding, rank, 0);
  for_each_dim(layer, "dilation", options.dilation, rank, 1);
}

void check_pooling(const char* layer, int rank, const Dims& kernel_size, const AvgPoolOptions& options) {
  check_windows(layer, rank, kernel_size, options.stride);
  for_each_dim(layer, "padding", options.padding, rank, 0);
  if (options.divisor_override == 0) fail(layer, ": divisor_override must not be 0");
}

void check_pooling(const char* layer, int rank, const Dims& kernel_size, const LPPoolOptions& options) {
  check_windows(layer, rank, kernel_size, options.stride);
}

void check_adaptive_pooling(const char* layer, int rank, const Dims& output_size) {
  for_each_dim(layer, "output_size", output_size, rank, -1);
}

}  // namespace descent::nn::detail
