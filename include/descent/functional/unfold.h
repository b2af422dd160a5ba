// Windows beside each other, and what was taken apart so put together again.
#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

struct UnfoldOptions {
  Dims dilation = 1;  // between two positions of a window
  Dims padding = 0;   // zeros around x
  Dims stride = 1;    // from one window to the next
};

/// The windows of kernel_size of the last two dimensions of x [N, C, H, W] or [C, H, W], each as one column:
/// [N, C kernel_size[0] kernel_size[1], number of windows], as a convolution sees them. There are
/// floor((n + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1 windows along a dimension of n; an Error where
/// there are none. Each number is one for both dimensions, or one for each.
Tensor unfold(const Tensor& x, const Dims& kernel_size, const UnfoldOptions& options = {});

/// The transpose of unfold: a tensor of output_size, [N, C, H, W] or [C, H, W], to each position of which is added what
/// stands for it in columns x [N, C kernel_size[0] kernel_size[1], windows]. What windows share is added up.
Tensor fold(const Tensor& x, const Dims& output_size, const Dims& kernel_size, const UnfoldOptions& options = {});

/// All pieces of `size` along `dim`, `step` apart, in a new last dimension; `dim` counts the pieces. What is a view in
/// PyTorch is a copy here, so that pieces that overlap can be changed and differentiated like any others.
Tensor unfold(const Tensor& x, std::int64_t dim, std::int64_t size, std::int64_t step);

}  // namespace descent
