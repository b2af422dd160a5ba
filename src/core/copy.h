// Ops that copy elements, which other ops are made of.
#pragma once

#include "descent/tensor.h"

namespace descent {

/// `input` as `dtype`; itself if it is that already. Differentiable.
Tensor cast_to(const Tensor& input, DType dtype);
/// A new row-major tensor of `value`, which broadcasts to the shape, converted.
Tensor filled(const Dims& shape, DType dtype, const Tensor& value);

}  // namespace descent
