// Ops that copy elements, which other ops are made of.
#pragma once

#include "core/op.h"

namespace descent {

/// `input` as `dtype`; itself if it is that already. Differentiable.
Tensor cast_to(const Tensor& input, DType dtype);
/// `result`, a tensor just made, converted and marked as the options ask.
Tensor with_options(const Tensor& result, const TensorOptions& options);
/// A new row-major tensor of `value`, which broadcasts to the shape, converted.
Tensor filled(const Dims& shape, DType dtype, const Tensor& value);

/// Whether `op` copies one tensor's elements into another.
bool is_copy(const Op& op);

/// The numbers 0 and 1, made once: fills are on the way of every step.
const Tensor& number_0();
const Tensor& number_1();

}  // namespace descent
