#pragma once

#include "descent/create.h"

namespace descent {

inline Tensor parameter(const NestedList& values, DType dtype = float32) {
  return tensor(values, {.dtype = dtype, .requires_grad = true});
}

}  // namespace descent
