// Kernels that call the C library, or functions of our own, one double at a time: the transcendental functions of
// float64, and the rarest ones of float32 too.
#include <cmath>

#include "kernels/kernel_table.h"
#include "kernels/libm_formulas.h"
#include "kernels/scalar_loop.h"
#include "kernels/special_functions.h"

namespace descent::kernels {
namespace {

/// `function` of doubles, as a type; rounded to T.
template <class T, auto function>
struct Function {
  template <class... In>
  T operator()(In... in) const {
    return static_cast<T>(function(static_cast<double>(in)...));
  }
};

template <class T, double (*function)(double)>
void add(Formula formula, KernelTable& table) {
  table.at(formula, dtype_of<T>()) = scalar_kernel<Function<T, function>, T, T>;
}

template <class T, double (*function)(double, double)>
void add(Formula formula, KernelTable& table) {
  table.at(formula, dtype_of<T>()) = scalar_kernel<Function<T, function>, T, T, T>;
}

template <class T>
void add_special(KernelTable& table) {
  add<T, erfinv>(Formula::erfinv, table);
  add<T, lgamma>(Formula::lgamma, table);
  add<T, digamma>(Formula::digamma, table);
}

}  // namespace

void add_libm_kernels(KernelTable& table) {
#define DESCENT_ADD(name) add<double, std::name>(Formula::name, table);
  DESCENT_ADD(exp)
  DESCENT_ADD(exp2)
  DESCENT_ADD(expm1)
  DESCENT_ADD(log)
  DESCENT_ADD(log2)
  DESCENT_ADD(log10)
  DESCENT_ADD(log1p)
  DESCENT_ADD(sin)
  DESCENT_ADD(cos)
  DESCENT_ADD(tan)
  DESCENT_ADD(asin)
  DESCENT_ADD(acos)
  DESCENT_ADD(atan)
  DESCENT_ADD(sinh)
  DESCENT_ADD(cosh)
  DESCENT_ADD(tanh)
  DESCENT_ADD(asinh)
  DESCENT_ADD(acosh)
  DESCENT_ADD(atanh)
  DESCENT_ADD(erf)
  DESCENT_ADD(erfc)
  DESCENT_ADD(atan2)
  DESCENT_ADD(hypot)
  DESCENT_ADD(pow)
  DESCENT_ADD(fmod)
#undef DESCENT_ADD
#define DESCENT_ADD(name) add<double, libm::name<double>>(Formula::name, table);
  DESCENT_ADD(sigmoid)
  DESCENT_ADD(log_sigmoid)
  DESCENT_ADD(silu)
  DESCENT_ADD(softplus)
  DESCENT_ADD(gelu)
  DESCENT_ADD(gelu_tanh)
  DESCENT_ADD(logaddexp)
  DESCENT_ADD(remainder)
  DESCENT_ADD(floor_divide)
#undef DESCENT_ADD
  add_special<float>(table);
  add_special<double>(table);
}

}  // namespace descent::kernels
