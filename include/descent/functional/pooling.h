// Pooling: one number out of each window that moves along the last one, two or three dimensions; all dimensions before
// those are batches and channels.
//
// A window of `kernel_size` starts `padding` positions before the first element and moves by `stride`; there are
// floor((n + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1 of them along a dimension of n, or with
// ceil_mode as many as the division rounded up gives, except one that would start behind the elements. kernel_size,
// stride, padding and dilation are each one number for all dimensions, or one for each. An Error where no window fits,
// and where padding is more than half a window.
#pragma once

#include <cstdint>
#include <optional>

#include "descent/ops.h"

namespace DESCENT_EXPORT descent {

struct MaxPoolOptions {
  Dims stride = {};  // none: kernel_size
  Dims padding = 0;
  Dims dilation = 1;  // between two positions of a window
  bool ceil_mode = false;
};

/// The largest element of each window. Padding is never the largest. The first of equals takes the gradient; a NaN is
/// larger than all before it.
Tensor max_pool1d(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options = {});
Tensor max_pool2d(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options = {});
Tensor max_pool3d(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options = {});
/// The same, and where it stands, counted through the pooled dimensions in row-major order.
ValuesAndIndices max_pool1d_with_indices(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options = {});
ValuesAndIndices max_pool2d_with_indices(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options = {});
ValuesAndIndices max_pool3d_with_indices(const Tensor& x, const Dims& kernel_size, MaxPoolOptions options = {});

struct AvgPoolOptions {
  Dims stride = {};  // none: kernel_size
  Dims padding = 0;
  bool ceil_mode = false;
  /// Whether zeros of the padding count as elements.
  bool count_include_pad = true;
  /// What sums are divided by, in place of the number of elements; not 0.
  std::optional<std::int64_t> divisor_override = {};
};

/// The mean of each window.
Tensor avg_pool1d(const Tensor& x, const Dims& kernel_size, AvgPoolOptions options = {});
Tensor avg_pool2d(const Tensor& x, const Dims& kernel_size, AvgPoolOptions options = {});
Tensor avg_pool3d(const Tensor& x, const Dims& kernel_size, AvgPoolOptions options = {});

struct LPPoolOptions {
  Dims stride = {};  // none: kernel_size
  bool ceil_mode = false;
};

/// (sum x^norm_type)^(1 / norm_type) of each window; with the gradient 0 where the sum is 0. As in PyTorch, x enters
/// with its sign, and a window that ceil_mode lets reach beyond the elements weighs as much as a full one.
Tensor lp_pool1d(const Tensor& x, double norm_type, const Dims& kernel_size, LPPoolOptions options = {});
Tensor lp_pool2d(const Tensor& x, double norm_type, const Dims& kernel_size, LPPoolOptions options = {});
Tensor lp_pool3d(const Tensor& x, double norm_type, const Dims& kernel_size, LPPoolOptions options = {});

// Adaptive pooling: `output_size` windows along each dimension (one number for all, or one for each; -1: as many as
// there are positions), which cover it as evenly as they can: window i of m goes from floor(i n / m) to
// ceil((i + 1) n / m).
Tensor adaptive_max_pool1d(const Tensor& x, const Dims& output_size);
Tensor adaptive_max_pool2d(const Tensor& x, const Dims& output_size);
Tensor adaptive_max_pool3d(const Tensor& x, const Dims& output_size);
ValuesAndIndices adaptive_max_pool1d_with_indices(const Tensor& x, const Dims& output_size);
ValuesAndIndices adaptive_max_pool2d_with_indices(const Tensor& x, const Dims& output_size);
ValuesAndIndices adaptive_max_pool3d_with_indices(const Tensor& x, const Dims& output_size);
Tensor adaptive_avg_pool1d(const Tensor& x, const Dims& output_size);
Tensor adaptive_avg_pool2d(const Tensor& x, const Dims& output_size);
Tensor adaptive_avg_pool3d(const Tensor& x, const Dims& output_size);

}  // namespace descent
