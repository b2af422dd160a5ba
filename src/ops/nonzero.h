// Where a tensor is not zero.
#pragma once

#include "descent/tensor.h"

namespace descent {

/// The positions, in row-major order, of the elements of x that are not zero: [rank of x, count], so that the positions
/// in one dimension lie together. `name` is for the error.
Tensor nonzero_by_dim(const Tensor& x, const char* name);

}  // namespace descent
