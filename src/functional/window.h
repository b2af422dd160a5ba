// Windows that move along the last dimensions of a tensor: what pooling and unfold have in common.
#pragma once

#include "descent/dims.h"

namespace descent {

/// `values`, one for each of `rank` dimensions, or one that stands for all; each at least `least`. `function` and
/// `what` are for the error.
Dims for_each_dim(const char* function, const char* what, const Dims& values, int rank, std::int64_t least);

}  // namespace descent
