// Convolutions of row-major tensors, and the two other linear maps of the same sum.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// Along one axis, output q and tap k of the kernel meet input q * stride + k * dilation - padding. Where that lies
/// outside of [0, in) there is a zero.
struct ConvolutionAxis {
  std::int64_t in = 1, kernel = 1, out = 1, stride = 1, dilation = 1, padding = 0;
};

/// x [images, groups * in_channels, in...], w [groups * out_channels, in_channels, kernel...] and
/// y [images, groups * out_channels, out...] over three axes; fewer are seen as axes of one position before them.
struct Convolution {
  std::int64_t images, groups, in_channels, out_channels;  // channels of one group
  ConvolutionAxis axes[3];
};

/// y = the convolution of x by w, plus bias [groups * out_channels], which may be null. float32 and float64, here and
/// below. The same bits on any number of threads, and on every target with fused multiply-add.
void convolution(DType type, const Convolution& c, const void* x, const void* w, const void* bias, void* y);

/// x = what multiplies each of its elements, summed over all (w, y) that meet it: the transpose of the above.
void convolution_input_gradient(DType type, const Convolution& c, const void* y, const void* w, void* x);

/// w = the same for elements of w.
void convolution_weight_gradient(DType type, const Convolution& c, const void* x, const void* y, void* w);

}  // namespace descent::kernels
