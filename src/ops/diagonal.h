// The inverse of taking a diagonal.
#pragma once

#include "descent/tensor.h"

namespace descent {

/// Zeros of the shape `sizes`, with x on the diagonal that `dims` names: offset, first dimension, second dimension.
Tensor embed_diagonal(const Tensor& x, const Dims& dims, const Dims& sizes);

}  // namespace descent
