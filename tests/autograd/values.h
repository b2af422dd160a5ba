#pragma once

#include <vector>

#include "descent/create.h"

namespace descent {

using Values = std::vector<double>;

inline Tensor leaf(const Values& values) { return tensor(values, {.requires_grad = true}); }
inline Values values_of(const Tensor& x) { return x.to_vector<double>(); }

}  // namespace descent
