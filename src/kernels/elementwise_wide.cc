// Functions of float32 that compute in double.
#include "kernels/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise_wide.cc"
#include <hwy/foreach_target.h>

#include "kernels/elementwise_loop.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

void add_wide(KernelTable& table) { add_kernels<Implementation::wide, NarrowTag>(table); }

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

void add_wide_kernels(std::int64_t target, KernelTable& table) { DESCENT_CALL_TARGET(target, add_wide, table); }

}  // namespace descent::kernels
#endif
