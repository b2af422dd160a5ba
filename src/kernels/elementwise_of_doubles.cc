// Transcendental functions of float64.
#include "kernels/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise_of_doubles.cc"
#include <hwy/foreach_target.h>

#include "kernels/elementwise_loop.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

void add_of_doubles(KernelTable& table) { add_kernels<Implementation::of_doubles, DoubleTag>(table); }

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

void add_of_doubles_kernels(std::int64_t target, KernelTable& table) {
  DESCENT_CALL_TARGET(target, add_of_doubles, table);
}

}  // namespace descent::kernels
#endif
