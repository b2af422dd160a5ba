// Products and norms over all elements.
#pragma once

#include "descent/create.h"
#include "descent/ops.h"

namespace descent::optim {

/// A sum over the parameters of a group, in float64: 0 to begin with.
inline Tensor group_sum() { return zeros({}, {.dtype = float64}); }

inline Tensor dot(const Tensor& a, const Tensor& b) { return sum(a * b); }

/// ||x||^2.
inline Tensor squared_norm(const Tensor& x) { return sum(square(x)); }

/// numerator / denominator where both are above 0, 1 elsewhere: by how much a layer's step is scaled.
inline Tensor trust_ratio(const Tensor& numerator, const Tensor& denominator) {
  return where(numerator > 0 && denominator > 0, numerator / denominator, 1);
}

}  // namespace descent::optim
