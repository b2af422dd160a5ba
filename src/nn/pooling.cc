#include "descent/nn/pooling.h"

#include "functional/window.h"

namespace descent::nn::detail {
namespace {

void check_windows(const char* layer, int rank, const Dims& kernel_size, const Dims& stride) {
  for_each_dim(layer, "kernel_size", kernel_size, rank, 1);
  if (!stride.empty()) for_each_dim(layer, "stride", stride, rank, 1);
}

// Without one, windows move by their own size, which stands there already.
std::string stride_in_words(const Dims& stride) {
  return stride.empty() ? ", " : concat(", ", named_values("stride", stride), ", ");
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

std::string in_words(const MaxPoolOptions& options) {
  return stride_in_words(options.stride) +
         named_values("padding", options.padding, "dilation", options.dilation, "ceil_mode", options.ceil_mode);
}

std::string in_words(const AvgPoolOptions& options) {
  return stride_in_words(options.stride) + named_values("padding", options.padding, "ceil_mode", options.ceil_mode,
                                                        "count_include_pad", options.count_include_pad);
}

std::string in_words(const LPPoolOptions& options) {
  return stride_in_words(options.stride) + named_values("ceil_mode", options.ceil_mode);
}

}  // namespace descent::nn::detail
