// The ops that layers of normalization are made of, and their gradients to any order.
#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace descent {

struct RowOptions {
  bool centered = true;  // else the mean is taken for 0
  double eps = 1e-5;
  std::int64_t groups = 1, inner = 1;
};

/// (x - mean) / sqrt(variance + eps) * weight + bias for each row of x [rows, n]. weight and bias, of which both or the
/// bias alone may be undefined, are [groups * n / inner]: each for `inner` numbers of a row, and those of the first row
/// again after `groups` rows.
Tensor normalize_rows(const Tensor& x, const Tensor& weight, const Tensor& bias, const RowOptions& options);

/// [2, C]: mean and variance of each channel of x [N, C, inner], which has numbers. Without gradient.
Tensor channel_moments(const Tensor& x);

/// (x - mean) / sqrt(variance + eps) * affine[0] + affine[1] for each channel, where `moments` are those of x: the
/// gradient is that of x with all it does to them. `affine` [2, C] may be undefined.
Tensor normalize_channels(const Tensor& x, const Tensor& moments, const Tensor& affine, double eps);

}  // namespace descent
