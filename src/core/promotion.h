// What dtypes and shapes come to together.
#pragma once

#include "core/op.h"

namespace descent {

/// The dtype PyTorch's promotion gives to these together.
DType promoted_dtype(Inputs inputs);
/// The one in which `op` computes on these.
DType common_dtype(const Op& op, Inputs inputs);
/// The shape to which all these broadcast; an error naming `what` and both shapes if they do not.
Dims broadcast_shapes(const char* what, const Dims& a, const Dims& b);

}  // namespace descent
