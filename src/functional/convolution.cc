// Convolutions. x, weight and y are the arguments of one sum, x[n, c, q s + k d - p] weight[o, c, k] y[n, o, q]; each
// op here is its derivative by one of them, and so are the gradients of each by the other two.
#include "descent/functional/convolution.h"

#include <algorithm>

#include "core/apply.h"
#include "core/elements.h"
#include "descent/ops.h"
#include "functional/convolution.h"
#include "kernels/convolution.h"

namespace descent {
namespace {

// Of all three ops: `dims` is the padding before, `sizes` the dimensions of the result that are convolved, `strides`
// the strides and then the dilations, `index` the number of groups.
Attributes resulting_in(const Attributes& attributes, const Dims& shape) {
  Attributes result = attributes;
  result.sizes = Dims(std::span(shape.begin() + 2, shape.end()));
  return result;
}

inline namespace compute {

kernels::Convolution sizes_of(const Attributes& attributes, const Dims& x, const Dims& weight, const Dims& y) {
  const std::int64_t groups = attributes.index;
  kernels::Convolution result = {
      .images = x[0], .groups = groups, .in_channels = weight[1], .out_channels = weight[0] / groups, .axes = {}};
  const int rank = attributes.dims.size();
  for (int i = 0; i < rank; ++i) {
    result.axes[3 - rank + i] = {.in = x[2 + i],
                                 .kernel = weight[2 + i],
                                 .out = y[2 + i],
                                 .stride = attributes.strides[i],
                                 .dilation = attributes.strides[rank + i],
                                 .padding = attributes.dims[i]};
  }
  return result;
}

Dims result_shape(const Attributes& attributes, std::int64_t first, std::int64_t second) {
  Dims shape = {first, second};
  for (const std::int64_t size : attributes.sizes) shape.push_back(size);
  return shape;
}

}  // namespace compute

void compute_convolution(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor x = row_major(*inputs[0]), weight = row_major(*inputs[1]);
  const Tensor bias = inputs.size() > 2 ? row_major(*inputs[2]) : Tensor();
  const TensorImpl &from = *x.impl(), &by = *weight.impl();
  const TensorImpl& result = out.make(result_shape(attributes, from.sizes[0], by.sizes[0]), from.dtype);
  kernels::convolution(from.dtype, sizes_of(attributes, from.sizes, by.sizes, result.sizes), from.data, by.data,
                       bias.defined() ? bias.impl()->data : nullptr, result.data);
}

void compute_input_gradient(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor y = row_major(*inputs[0]), weight = row_major(*inputs[1]);
  const TensorImpl &from = *y.impl(), &by = *weight.impl();
  const std::int64_t channels = by.sizes[1] * attributes.index;
  const TensorImpl& result = out.make(result_shape(attributes, from.sizes[0], channels), from.dtype);
  kernels::convolution_input_gradient(from.dtype, sizes_of(attributes, result.sizes, by.sizes, from.sizes), from.data,
                                      by.data, result.data);
}

void compute_weight_gradient(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor x = row_major(*inputs[0]), y = row_major(*inputs[1]);
  const TensorImpl &from = *x.impl(), &to = *y.impl();
  const std::int64_t channels = from.sizes[1] / attributes.index;
  const TensorImpl& result = out.make(result_shape(attributes, to.sizes[1], channels), from.dtype);
  kernels::convolution_weight_gradient(from.dtype, sizes_of(attributes, from.sizes, result.sizes, to.sizes), from.data,
                                       to.data, result.data);
}

Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias, const Attributes& attributes);
Tensor convolution_input_gradient(const Tensor& y, const Tensor& weight, const Attributes& attributes);
Tensor convolution_weight_gradient(const Tensor& x, const Tensor& y, const Attributes& attributes);

// How many numbers of the input an output of a convolution takes in.
std::int64_t products_of_each(const Tensor& weight) {
  const Dims& sizes = weight.impl()->sizes;
  return sizes[0] == 0 ? 0 : weight.impl()->numel / sizes[0];
}

// The sum over all but the channels: first along rows that lie in one piece.
Tensor sum_of_channels(const Tensor& g) { return sum(sum(flatten(g, 2), 2), 0); }

Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias, const Attributes& attributes) {
  static constexpr Op op = {
      .name = "convolution",
      .compute = compute_convolution,
      .multiply_adds = [](Inputs inputs, const Attributes&,
                          const TensorImpl& result) { return result.numel * products_of_each(*inputs[1]); },
      .gradients = {{[](const Tensor& g, const Call& c) {
                       return convolution_input_gradient(g, c.input(1), resulting_in(c.attributes(), c.shape(0)));
                     },
                     kInput1},
                    {[](const Tensor& g, const Call& c) {
                       return convolution_weight_gradient(c.input(0), g, resulting_in(c.attributes(), c.shape(1)));
                     },
                     kInput0},
                    {[](const Tensor& g, const Call&) { return sum_of_channels(g); }, kNothing}}};
  return bias.defined() ? apply<op>({&x, &weight, &bias}, attributes) : apply<op>({&x, &weight}, attributes);
}

Tensor convolution_input_gradient(const Tensor& y, const Tensor& weight, const Attributes& attributes) {
  static constexpr Op op = {
      .name = "convolution_input_gradient",
      .compute = compute_input_gradient,
      .multiply_adds = [](Inputs inputs, const Attributes&,
                          const TensorImpl&) { return inputs[0]->impl()->numel * products_of_each(*inputs[1]); },
      .gradients = {{[](const Tensor& g, const Call& c) {
                       return convolution(g, c.input(1), Tensor(), resulting_in(c.attributes(), c.shape(0)));
                     },
                     kInput1},
                    {[](const Tensor& g, const Call& c) {
                       return convolution_weight_gradient(g, c.input(0), resulting_in(c.attributes(), c.shape(1)));
                     },
                     kInput0}}};
  return apply<op>({&y, &weight}, attributes);
}

Tensor convolution_weight_gradient(const Tensor& x, const Tensor& y, const Attributes& attributes) {
  static constexpr Op op = {
      .name = "convolution_weight_gradient",
      .compute = compute_weight_gradient,
      .gradients = {{[](const Tensor& g, const Call& c) {
                       return convolution_input_gradient(c.input(1), g, resulting_in(c.attributes(), c.shape(0)));
                     },
                     kInput1},
                    {[](const Tensor& g, const Call& c) {
                       return convolution(c.input(0), g, Tensor(), resulting_in(c.attributes(), c.shape(1)));
                     },
                     kInput0}}};
  return apply<op>({&x, &y}, attributes);
}

// Ranks, dtypes, channels and groups; `in_axis` is the dimension of the weight that meets the channels of the input.
void check_operands(int rank, const Tensor& x, const Tensor& weight, const Tensor& bias, std::int64_t groups,
                    int in_axis) {
  const TensorImpl &input = impl_of(x), &by = impl_of(weight);
  if (input.sizes.size() != rank + 1 && input.sizes.size() != rank + 2) {
    fail("input has shape ", input.sizes, "; wanted ", rank + 2, " dimensions, or ", rank + 1, " of one image");
  }
  if (by.sizes.size() != rank + 2) fail("weight has shape ", by.sizes, "; wanted ", rank + 2, " dimensions");
  if (input.dtype != by.dtype || !is_floating_point(input.dtype)) {
    fail("dtypes ", input.dtype, " and ", by.dtype, "; input and weight must be the same, and floating point");
  }
  if (groups < 1) fail("groups must be 1 or more, not ", groups);
  if (by.sizes[0] % groups != 0) fail("weight of shape ", by.sizes, " does not fall into ", groups, " groups");
  for (const std::int64_t size : by.sizes) {
    if (size == 0) fail("weight has no elements: shape ", by.sizes);
  }
  const std::int64_t channels = input.sizes[input.sizes.size() - rank - 1];
  const std::int64_t wanted = in_axis == 0 ? by.sizes[0] : by.sizes[1] * groups;
  if (channels != wanted) fail("input has ", channels, " channels, weight wants ", wanted);
  if (!bias.defined()) return;
  const std::int64_t out_channels = in_axis == 0 ? by.sizes[1] * groups : by.sizes[0];
  if (bias.dtype() != input.dtype) fail("bias is ", bias.dtype(), ", input ", input.dtype);
  if (bias.sizes() != Dims(out_channels)) fail("bias has shape ", bias.sizes(), "; wanted [", out_channels, "]");
}

Tensor conv(int rank, const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options) {
  check_operands(rank, x, weight, bias, options.groups, 1);
  if (x.dim() == rank + 1) return squeeze(conv(rank, unsqueeze(x, 0), weight, bias, options), 0);
  const Dims stride = numbers_of_dimensions("stride", options.stride, rank, 1),
             dilation = numbers_of_dimensions("dilation", options.dilation, rank, 1);
  const Dims padding = numbers_of_dimensions("padding", options.padding.dims(), rank, 0);
  const bool same = options.padding.kind() == ConvPadding::same;
  Attributes attributes;
  attributes.dims = padding;
  attributes.strides = stride;
  attributes.index = options.groups;
  for (int i = 0; i < rank; ++i) {
    attributes.strides.push_back(dilation[i]);
    const std::int64_t size = x.size(2 + i), reach = dilation[i] * (weight.size(2 + i) - 1);
    if (same) {
      if (stride[i] != 1) fail("stride ", options.stride, " does not go with a result of the same size");
      attributes.dims[i] = reach / 2;
      attributes.sizes.push_back(size);
      continue;
    }
    const std::int64_t left = size + 2 * padding[i] - reach - 1;
    if (left < 0) {
      fail("a kernel of ", weight.size(2 + i), " taps, dilated by ", dilation[i], ", is larger than dimension ", 2 + i,
           " of the input, ", size, " with padding ", padding[i]);
    }
    attributes.sizes.push_back(left / stride[i] + 1);
  }
  return convolution(x, weight, bias, attributes);
}

Tensor conv_transpose(int rank, const Tensor& x, const Tensor& weight, const Tensor& bias,
                      const ConvTransposeOptions& options) {
  check_operands(rank, x, weight, bias, options.groups, 0);
  if (x.dim() == rank + 1) return squeeze(conv_transpose(rank, unsqueeze(x, 0), weight, bias, options), 0);
  const Dims stride = numbers_of_dimensions("stride", options.stride, rank, 1),
             dilation = numbers_of_dimensions("dilation", options.dilation, rank, 1);
  const Dims padding = numbers_of_dimensions("padding", options.padding, rank, 0);
  const Dims output_padding = numbers_of_dimensions("output_padding", options.output_padding, rank, 0);
  Attributes attributes;
  attributes.dims = padding;
  attributes.strides = stride;
  attributes.index = options.groups;
  for (int i = 0; i < rank; ++i) {
    attributes.strides.push_back(dilation[i]);
    if (output_padding[i] >= std::max(stride[i], dilation[i])) {
      fail("output_padding ", options.output_padding, " must be smaller than stride ", options.stride, " or dilation ",
           options.dilation);
    }
    const std::int64_t size = (x.size(2 + i) - 1) * stride[i] - 2 * padding[i] +
                              dilation[i] * (weight.size(2 + i) - 1) + output_padding[i] + 1;
    if (size < 1) fail("padding ", options.padding, " leaves nothing of dimension ", 2 + i);
    attributes.sizes.push_back(size);
  }
  const Tensor result = convolution_input_gradient(x, weight, attributes);
  if (!bias.defined()) return result;
  Dims shape = Dims::filled(rank + 1, 1);
  shape[0] = bias.size(0);
  return result + reshape(bias, shape);
}

}  // namespace

Dims numbers_of_dimensions(const char* option, const Dims& given, int rank, std::int64_t least) {
  const Dims result = given.size() == 1 ? Dims::filled(rank, given[0]) : given;
  if (result.size() != rank) fail(option, " ", given, " must be one number, or ", rank);
  for (const std::int64_t value : result) {
    if (value < least) fail(option, " ", given, " must be ", least, " or more");
  }
  return result;
}

#define DESCENT_CONVOLUTION(name, function, rank, Options)                                             \
  Tensor name(const Tensor& x, const Tensor& weight, const Tensor& bias, const Options& options) try { \
    return function(rank, x, weight, bias, options);                                                   \
  } catch (const Error& error) {                                                                       \
    fail_as(#name, error);                                                                             \
  }
DESCENT_CONVOLUTION(conv1d, conv, 1, ConvOptions)
DESCENT_CONVOLUTION(conv2d, conv, 2, ConvOptions)
DESCENT_CONVOLUTION(conv3d, conv, 3, ConvOptions)
DESCENT_CONVOLUTION(conv_transpose1d, conv_transpose, 1, ConvTransposeOptions)
DESCENT_CONVOLUTION(conv_transpose2d, conv_transpose, 2, ConvTransposeOptions)
DESCENT_CONVOLUTION(conv_transpose3d, conv_transpose, 3, ConvTransposeOptions)
#undef DESCENT_CONVOLUTION

}  // namespace descent
