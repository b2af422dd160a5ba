// A function of scalars becomes a loop over spans, which the compiler vectorizes where it can.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernels/elementwise.h"

namespace descent::kernels {

template <class Function, class Out, class... In, std::size_t... kIndex>
void scalar_loop(const Operand* in, void* out, std::int64_t n, std::index_sequence<kIndex...>) {
  constexpr Function function;
  Out* to = static_cast<Out*>(out);
  // Steps known to be 1 are what makes vectors possible.
  if ((... && (in[kIndex].step == 1))) {
    for (std::int64_t i = 0; i < n; ++i) to[i] = function(static_cast<const In*>(in[kIndex].data)[i]...);
  } else {
    for (std::int64_t i = 0; i < n; ++i) {
      to[i] = function(static_cast<const In*>(in[kIndex].data)[i * in[kIndex].step]...);
    }
  }
}

/// `Function`, a type without state, of In..., as an ElementwiseKernel that writes Out.
template <class Function, class Out, class... In>
void scalar_kernel(const Operand* in, void* out, std::int64_t n) {
  scalar_loop<Function, Out, In...>(in, out, n, std::index_sequence_for<In...>());
}

}  // namespace descent::kernels
