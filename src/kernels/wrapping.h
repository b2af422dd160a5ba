// Integers that wrap around.
#pragma once

#include <type_traits>

#include "descent/dtype.h"

namespace descent::kernels {

/// The type in which elements T are added and multiplied: integers wrap around, as the unsigned ones of C++ do.
template <class T>
using Wrapping = typename std::conditional_t<kind_of(dtype_of<T>()) == DTypeKind::integer, std::make_unsigned<T>,
                                             std::type_identity<T>>::type;

}  // namespace descent::kernels
