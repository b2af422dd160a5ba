// What dtypes and shapes come to together.
#pragma once

#include <algorithm>

#include "core/op.h"

namespace descent {

/// 0: bool, 1: integer, 2: floating point. Of two, the higher one decides.
inline int category_of(DType dtype) { return std::min(static_cast<int>(dtype), 2); }
/// The dtype PyTorch's promotion gives to these together.
DType promoted_dtype(Inputs inputs);
/// The one in which `op` computes on these.
DType common_dtype(const Op& op, Inputs inputs);
/// The shape to which all these broadcast; an error naming `what` and both shapes if they do not.
Dims broadcast_shapes(const char* what, const Dims& a, const Dims& b);

}  // namespace descent
