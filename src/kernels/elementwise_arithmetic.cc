// Arithmetic, rounding, comparisons and selection of float32 and float64.
#include "kernels/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise_arithmetic.cc"
#include <hwy/foreach_target.h>

#include "kernels/elementwise_loop.h"
#include "kernels/kernel_table.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
void add_arithmetic_of(KernelTable& table) {
  using D = hn::ScalableTag<T>;
  using Real = RealInput<D>;
  constexpr DType type = dtype_of<T>();
#define DESCENT_ADD(name) table.at(Formula::name, type) = kernel<formulas::formula_##name, D, Real>;
  DESCENT_ADD(neg)
  DESCENT_ADD(abs)
  DESCENT_ADD(sign)
  DESCENT_ADD(square)
  DESCENT_ADD(relu)
  DESCENT_ADD(floor)
  DESCENT_ADD(ceil)
  DESCENT_ADD(round)
  DESCENT_ADD(trunc)
  DESCENT_ADD(frac)
  DESCENT_ADD(reciprocal)
  DESCENT_ADD(sqrt)
  DESCENT_ADD(rsqrt)
  DESCENT_ADD(isnan)
  DESCENT_ADD(isinf)
  DESCENT_ADD(isfinite)
#undef DESCENT_ADD
#define DESCENT_ADD(name) table.at(Formula::name, type) = kernel<formulas::formula_##name, D, Real, Real>;
  DESCENT_ADD(add)
  DESCENT_ADD(sub)
  DESCENT_ADD(mul)
  DESCENT_ADD(double_product)
  DESCENT_ADD(div)
  DESCENT_ADD(minimum)
  DESCENT_ADD(maximum)
  DESCENT_ADD(copysign)
  DESCENT_ADD(eq)
  DESCENT_ADD(ne)
  DESCENT_ADD(lt)
  DESCENT_ADD(le)
  DESCENT_ADD(gt)
  DESCENT_ADD(ge)
#undef DESCENT_ADD
  table.at(Formula::where, type) = kernel<formulas::formula_where, D, BoolInput<D>, Real, Real>;
  table.at(Formula::addcmul, type) = kernel<formulas::formula_addcmul, D, Real, Real, Real>;
}

void add_arithmetic(KernelTable& table) {
  add_arithmetic_of<float>(table);
  add_arithmetic_of<double>(table);
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

void add_arithmetic_kernels(std::int64_t target, KernelTable& table) {
  DESCENT_CALL_TARGET(target, add_arithmetic, table);
}

}  // namespace descent::kernels
#endif
