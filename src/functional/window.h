// Windows that move along the last dimensions of a tensor: what pooling and unfolding have in common.
#pragma once

#include "core/op.h"
#include "kernels/window.h"

namespace descent {

/// One number for each of the dimensions that windows move along.
struct Windows {
  Dims kernel, stride, padding, dilation;
};

/// `values`, one for each of `rank` dimensions, or one that stands for all; each at least `least`. `function` and
/// `what` are for the error.
Dims for_each_dim(const char* function, const char* what, const Dims& values, int rank, std::int64_t least);

/// How many windows there are along dimension k of them where it has n positions; 0 if none fits.
std::int64_t window_count(const Windows& windows, int k, std::int64_t n, bool ceil_mode = false);

/// How ops are told of windows. dims: kernel and dilation of each dimension; strides: stride and padding; sizes: those
/// of the result.
Attributes attributes_of(const Windows& windows, const Dims& sizes);
/// How many dimensions these move along.
int window_dims(const Attributes& attributes);
/// How they lie along dimension k of those, of `in` positions and `out` windows.
kernels::WindowDim window_dim(const Attributes& attributes, int k, std::int64_t in, std::int64_t out);

}  // namespace descent
