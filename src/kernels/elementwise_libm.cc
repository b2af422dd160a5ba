// Kernels that compute one double at a time: the transcendental functions of float64 that have no formula over lanes,
// or have it on other machines, and the rarest ones of float32 too.
#include "kernels/kernel_table.h"
#include "kernels/libm_formulas.h"
#include "kernels/scalar_loop.h"

namespace descent::kernels {
namespace libm {

/// Each formula as a type: Function<Formula::exp>()(x) is libm::exp(x).
template <Formula kFormula>
struct Function;
#define DESCENT_FUNCTION(name, ...)        \
  template <>                              \
  struct Function<Formula::name> {         \
    template <class... W>                  \
    double operator()(W... values) const { \
      return name(values...);              \
    }                                      \
  };
DESCENT_FORMULAS(DESCENT_FUNCTION)
#undef DESCENT_FUNCTION

}  // namespace libm

namespace {

/// Of T, computed in double and rounded.
template <class T, Formula kFormula>
struct Rounded {
  template <class... In>
  T operator()(In... in) const {
    return static_cast<T>(libm::Function<kFormula>()(static_cast<double>(in)...));
  }
};

template <class T>
void add_libm_kernels_of(KernelTable& table) {
  for_each_formula([&]<Formula kFormula>() {
    if constexpr (info_of(kFormula).implementation(dtype_of<T>()) == Implementation::libm)
      table.at(kFormula, dtype_of<T>()) = scalar_kernel_of<kFormula, Rounded<T, kFormula>, T>();
  });
}

}  // namespace

void add_libm_kernels(KernelTable& table) {
  add_libm_kernels_of<float>(table);
  add_libm_kernels_of<double>(table);
}

}  // namespace descent::kernels
