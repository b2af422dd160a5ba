// Reductions that other parts of Descent are made of.
#pragma once

#include "core/op.h"

namespace descent {

/// `x` summed over the dimensions of `dims`.
Tensor sum_over(const Tensor& x, DimSet dims, bool keepdim);

/// `gradient` summed to `shape`, from which it was broadcast.
Tensor sum_to(const Tensor& gradient, const Dims& shape);

}  // namespace descent
