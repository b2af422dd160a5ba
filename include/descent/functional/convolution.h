// Convolutions over one, two and three dimensions, and their transposes.
#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// Zeros around the input of a convolution: as many before as after, or so many that the result is as large as the
/// input
/// (`same`; with an odd number, one more after it), or none (`valid`).
class ConvPadding {
 public:
  enum Kind : std::uint8_t { amounts, valid, same };

  /// One number for all dimensions, or one for each.
  ConvPadding(const Dims& each) : dims_(each) {}
  ConvPadding(int amount) : dims_(amount) {}
  ConvPadding(std::int64_t amount) : dims_(amount) {}
  ConvPadding(std::initializer_list<std::int64_t> each) : dims_(each) {}
  ConvPadding(Kind kind) : dims_(0), kind_(kind) {}

  const Dims& dims() const { return dims_; }
  Kind kind() const { return kind_; }

 private:
  Dims dims_;
  Kind kind_ = amounts;
};

/// Where a list is wanted, one number stands for all dimensions.
struct ConvOptions {
  Dims stride = 1;
  ConvPadding padding = 0;
  Dims dilation = 1;
  std::int64_t groups = 1;
};

/// y[n, o, q] = bias[o] + sum over channels c and taps k of weight[o, c, k] x[n, c, q stride + k dilation - padding],
/// with zeros outside of x.
///
/// x [images, in_channels, length] or, without images, [in_channels, length]; weight [out_channels, in_channels /
/// groups, taps]; bias [out_channels] or undefined. Groups cut the channels of both sides into so many parts that know
/// nothing of each other. The result is (length + 2 padding - dilation (taps - 1) - 1) / stride + 1 long, rounded down.
/// All float32 or all float64. `same` wants a stride of 1.
Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias = {}, const ConvOptions& options = {});
/// The same over two dimensions, [height, width]...
Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias = {}, const ConvOptions& options = {});
/// ...and over three.
Tensor conv3d(const Tensor& x, const Tensor& weight, const Tensor& bias = {}, const ConvOptions& options = {});

struct ConvTransposeOptions {
  Dims stride = 1;
  Dims padding = 0;
  Dims output_padding = 0;
  std::int64_t groups = 1;
  Dims dilation = 1;
};

/// What takes y to the gradient of x in conv1d, of the same weight and options, plus bias: x is what a convolution
/// gives.
///
/// x [images, in_channels, length] or without images; weight [in_channels, out_channels / groups, taps]; bias
/// [out_channels]. The result is (length - 1) stride - 2 padding + dilation (taps - 1) + output_padding + 1 long:
/// output_padding, smaller than the stride or the dilation, picks one among the lengths that a stride above 1 takes to
/// the same.
Tensor conv_transpose1d(const Tensor& x, const Tensor& weight, const Tensor& bias = {},
                        const ConvTransposeOptions& options = {});
Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const Tensor& bias = {},
                        const ConvTransposeOptions& options = {});
Tensor conv_transpose3d(const Tensor& x, const Tensor& weight, const Tensor& bias = {},
                        const ConvTransposeOptions& options = {});

}  // namespace descent
