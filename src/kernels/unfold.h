// All windows of planes beside each other, and back.
#pragma once

#include <array>
#include <cstdint>

#include "descent/dtype.h"
#include "kernels/window.h"

namespace descent::kernels {

using UnfoldShape = std::array<WindowDim, 2>;

/// out[p, i, j, y, x] = the position (i, j) of window (y, x) of plane p; 0 where that is padding.
void unfold(DType type, const void* in, std::int64_t planes, const UnfoldShape& shape, void* out);

/// Its transpose: adds each of `in` to the position of the plane that it came from. Not of bool.
void fold(DType type, const void* in, std::int64_t planes, const UnfoldShape& shape, void* out);

}  // namespace descent::kernels
