#include "descent/nn/convolution.h"

#include <cmath>

#include "descent/create.h"
#include "descent/nn/init.h"
#include "functional/convolution.h"

namespace descent::nn {
namespace {

void check_channels(std::int64_t in_channels, std::int64_t out_channels, std::int64_t groups) {
  if (in_channels < 1 || out_channels < 1) fail("wants 1 channel or more, not ", in_channels, " to ", out_channels);
  if (groups < 1 || in_channels % groups != 0 || out_channels % groups != 0) {
    fail(in_channels, " to ", out_channels, " channels do not fall into ", groups, " groups");
  }
}

// The two parameters of a layer, drawn.
void draw(const Dims& shape, std::int64_t out_channels, bool with_bias, DType dtype, Parameter& weight,
          Parameter& bias) {
  weight = Parameter(empty(shape, {.dtype = dtype}));
  init::kaiming_uniform_(weight, {.a = std::sqrt(5.0)});
  if (!with_bias) return;
  bias = Parameter(empty(out_channels, {.dtype = dtype}));
  const std::int64_t fan_in = numel_of(shape) / shape[0];
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  init::uniform_(bias, -bound, bound);
}

Dims weight_shape(std::int64_t first, std::int64_t second, const Dims& kernel_size, int rank) {
  Dims shape = {first, second};
  for (const std::int64_t size : numbers_of_dimensions("kernel_size", kernel_size, rank, 1)) shape.push_back(size);
  return shape;
}

// `padding` as `pad` has it, the last dimension first.
Dims padding_at_both_ends(int rank, const Tensor& weight, const ConvLayerOptions& options) {
  Dims result;
  for (int i = rank - 1; i >= 0; --i) {
    const bool same = options.padding.kind() == ConvPadding::same;
    const std::int64_t total = same ? options.dilation[i] * (weight.size(2 + i) - 1) : 2 * options.padding.dims()[i];
    result.push_back(total / 2);
    result.push_back(total - total / 2);
  }
  return result;
}

// What a layer prints first, and last where it differs from the defaults.
std::string first_words(std::int64_t in_channels, std::int64_t out_channels, const Tensor& weight, const Dims& stride) {
  Dims kernel = weight.sizes();
  kernel.erase(0);
  kernel.erase(0);
  return concat(in_channels, ", ", out_channels, ", ", detail::named_values("kernel_size", kernel, "stride", stride));
}
std::string numbers_unless(std::int64_t usual, std::string_view name, const Dims& numbers) {
  return numbers == Dims::filled(numbers.size(), usual) ? "" : ", " + detail::named_values(name, numbers);
}
std::string last_words(const Dims& dilation, std::int64_t groups, bool has_bias) {
  return concat(numbers_unless(1, "dilation", dilation),
                groups == 1 ? "" : ", " + detail::named_values("groups", groups), has_bias ? "" : ", bias=False");
}

}  // namespace

template <int rank>
Conv<rank>::Conv(std::int64_t in_channels, std::int64_t out_channels, const Dims& kernel_size,
                 const ConvLayerOptions& options) try
    : options_(options) {
  check_channels(in_channels, out_channels, options.groups);
  options_.stride = numbers_of_dimensions("stride", options.stride, rank, 1);
  options_.dilation = numbers_of_dimensions("dilation", options.dilation, rank, 1);
  if (options.padding.kind() == ConvPadding::amounts) {
    options_.padding = numbers_of_dimensions("padding", options.padding.dims(), rank, 0);
  } else if (options.padding.kind() == ConvPadding::same && options_.stride != Dims::filled(rank, 1)) {
    fail("stride ", options.stride, " does not go with a result of the same size");
  }
  draw(weight_shape(out_channels, in_channels / options.groups, kernel_size, rank), out_channels, options.bias,
       options.dtype, weight, bias);
} catch (const Error& error) {
  fail_as(type_name(), error);
}

template <int rank>
Tensor Conv<rank>::forward(const Tensor& x) const try {
  constexpr Tensor (*kFunctions[])(const Tensor&, const Tensor&, const Tensor&, const ConvOptions&) = {conv1d, conv2d,
                                                                                                       conv3d};
  const bool zeros = options_.padding_mode == PadMode::constant || options_.padding.kind() == ConvPadding::valid;
  const ConvOptions options = {.stride = options_.stride,
                               .padding = zeros ? options_.padding : 0,
                               .dilation = options_.dilation,
                               .groups = options_.groups};
  const Tensor input =
      zeros ? x : pad(x, padding_at_both_ends(rank, weight, options_), {.mode = options_.padding_mode});
  return kFunctions[rank - 1](input, weight, bias, options);
} catch (const Error& error) {
  fail_as(type_name(), error);
}

template <int rank>
ConvTranspose<rank>::ConvTranspose(std::int64_t in_channels, std::int64_t out_channels, const Dims& kernel_size,
                                   const ConvTransposeLayerOptions& options) try {
  check_channels(in_channels, out_channels, options.groups);
  options_ = {.stride = numbers_of_dimensions("stride", options.stride, rank, 1),
              .padding = numbers_of_dimensions("padding", options.padding, rank, 0),
              .output_padding = numbers_of_dimensions("output_padding", options.output_padding, rank, 0),
              .groups = options.groups,
              .dilation = numbers_of_dimensions("dilation", options.dilation, rank, 1)};
  draw(weight_shape(in_channels, out_channels / options.groups, kernel_size, rank), out_channels, options.bias,
       options.dtype, weight, bias);
} catch (const Error& error) {
  fail_as(type_name(), error);
}

template <int rank>
Tensor ConvTranspose<rank>::forward(const Tensor& x) const try {
  constexpr Tensor (*kFunctions[])(const Tensor&, const Tensor&, const Tensor&, const ConvTransposeOptions&) = {
      conv_transpose1d, conv_transpose2d, conv_transpose3d};
  return kFunctions[rank - 1](x, weight, bias, options_);
} catch (const Error& error) {
  fail_as(type_name(), error);
}

template <int rank>
std::string Conv<rank>::extra_repr() const {
  const auto padding = [this]() -> std::string {
    switch (options_.padding.kind()) {
      case ConvPadding::amounts:
        return numbers_unless(0, "padding", options_.padding.dims());
      case ConvPadding::same:
        return ", padding=same";
      case ConvPadding::valid:
        return ", padding=valid";
    }
    __builtin_unreachable();
  };
  return first_words(weight.size(1) * options_.groups, weight.size(0), weight, options_.stride) + padding() +
         last_words(options_.dilation, options_.groups, bias.defined());
}

template <int rank>
std::string ConvTranspose<rank>::extra_repr() const {
  return first_words(weight.size(0), weight.size(1) * options_.groups, weight, options_.stride) +
         numbers_unless(0, "padding", options_.padding) + numbers_unless(0, "output_padding", options_.output_padding) +
         last_words(options_.dilation, options_.groups, bias.defined());
}

template class Conv<1>;
template class Conv<2>;
template class Conv<3>;
template class ConvTranspose<1>;
template class ConvTranspose<2>;
template class ConvTranspose<3>;

}  // namespace descent::nn
