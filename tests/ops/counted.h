#pragma once

#include "descent/create.h"
#include "descent/ops.h"

namespace descent {

/// 0, 1, 2, ... in this shape.
inline Tensor counted(const Dims& shape) { return arange(numel_of(shape)).reshape(shape); }

}  // namespace descent
