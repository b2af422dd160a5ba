// Arithmetic, rounding, comparisons and selection of float32 and float64.
#include "kernels/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise_arithmetic.cc"
#include <hwy/foreach_target.h>

#include "kernels/elementwise_loop.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

void add_arithmetic(KernelTable& table) {
  add_kernels<Implementation::arithmetic, hn::ScalableTag<float>>(table);
  add_kernels<Implementation::arithmetic, hn::ScalableTag<double>>(table);
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
