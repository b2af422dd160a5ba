// Functions of float32 that compute in double.
#include "kernels/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise_wide.cc"
#include <hwy/foreach_target.h>

#include "kernels/elementwise_loop.h"
#include "kernels/kernel_table.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

void add_wide(KernelTable& table) {
  using D = NarrowTag;
#define DESCENT_ADD(name) table.at(Formula::name, float32) = kernel<formulas::formula_##name, D, RealInput<D>>;
  DESCENT_ADD(sin)
  DESCENT_ADD(cos)
  DESCENT_ADD(tan)
  DESCENT_ADD(asin)
  DESCENT_ADD(acos)
  DESCENT_ADD(atan)
  DESCENT_ADD(sinh)
  DESCENT_ADD(cosh)
  DESCENT_ADD(asinh)
  DESCENT_ADD(acosh)
  DESCENT_ADD(atanh)
  DESCENT_ADD(erfc)
#undef DESCENT_ADD
#define DESCENT_ADD(name) \
  table.at(Formula::name, float32) = kernel<formulas::formula_##name, D, RealInput<D>, RealInput<D>>;
  DESCENT_ADD(atan2)
  DESCENT_ADD(hypot)
  DESCENT_ADD(logaddexp)
  DESCENT_ADD(pow)
  DESCENT_ADD(fmod)
  DESCENT_ADD(remainder)
  DESCENT_ADD(floor_divide)
#undef DESCENT_ADD
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

void add_wide_kernels(std::int64_t target, KernelTable& table) { DESCENT_CALL_TARGET(target, add_wide, table); }

}  // namespace descent::kernels
#endif
