#pragma once

#include "descent/create.h"
#include "descent/ops.h"

namespace descent {

inline Tensor doubles(const NestedList& values) { return tensor(values, {.dtype = float64}); }
inline double largest_difference(const Tensor& a, const Tensor& b) { return max(abs(a - b)).item(); }

}  // namespace descent
