// Whether an element of any type is NaN.
#pragma once

#include <cmath>

#include "descent/dtype.h"

namespace descent::kernels {

template <class T>
bool is_nan(T x) {
  if constexpr (kind_of(dtype_of<T>()) == DTypeKind::floating)
    return std::isnan(x);
  else
    return false;
}

}  // namespace descent::kernels
