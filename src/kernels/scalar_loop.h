// A function of scalars becomes a loop over spans, which the compiler vectorizes where it can.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "kernels/elementwise.h"

namespace descent::kernels {

/// A single value that reads like an array of it.
template <class T>
struct Spread {
  T value;
  T operator[](std::int64_t) const { return value; }
};

/// Turns one operand after another into a pointer or a Spread, so that the loop knows every step; then loops.
template <class Function, class Out, class Next, class... Rest, class... Readers>
void scalar_loop(const Operand* in, Out* out, std::int64_t n, Readers... readers) {
  const auto go_on = [&](auto reader) {
    if constexpr (sizeof...(Rest) > 0) {
      scalar_loop<Function, Out, Rest...>(in + 1, out, n, readers..., reader);
    } else {
      for (std::int64_t i = 0; i < n; ++i) out[i] = Function()(readers[i]..., reader[i]);
    }
  };
  const Next* data = static_cast<const Next*>(in->data);
  if (in->step == 0)
    go_on(Spread<Next>{*data});
  else
    go_on(data);
}

/// `Function`, a type without state, of In..., as an ElementwiseKernel that writes Out.
template <class Function, class Out, class... In>
void scalar_kernel(const Operand* in, void* out, std::int64_t n) {
  if (n > 0) scalar_loop<Function, Out, In...>(in, static_cast<Out*>(out), n);
}

template <class Function, class Out, class T, bool kCondition, std::size_t... kIndex>
ElementwiseKernel scalar_kernel_of(std::index_sequence<kIndex...>) {
  static_assert(
      std::is_same_v<Out, std::invoke_result_t<Function, std::conditional_t<kIndex == 0 && kCondition, bool, T>...>>,
      "another result than the table of formulas says");
  return scalar_kernel<Function, Out, std::conditional_t<kIndex == 0 && kCondition, bool, T>...>;
}

/// The kernel of a formula of T that `Function` computes.
template <Formula kFormula, class Function, class T>
ElementwiseKernel scalar_kernel_of() {
  constexpr FormulaInfo info = info_of(kFormula);
  return scalar_kernel_of<Function, std::conditional_t<info.result == Result::boolean, bool, T>, T,
                          has_condition(kFormula)>(std::make_index_sequence<info.arity>());
}

}  // namespace descent::kernels
