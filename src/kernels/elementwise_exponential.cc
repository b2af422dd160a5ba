// Exponentials, logarithms and activations of float32.
#include "kernels/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise_exponential.cc"
#include <hwy/foreach_target.h>

#include "kernels/elementwise_loop.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

void add_exponential(KernelTable& table) { add_kernels<Implementation::exponential, hn::ScalableTag<float>>(table); }

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

void add_exponential_kernels(std::int64_t target, KernelTable& table) {
  DESCENT_CALL_TARGET(target, add_exponential, table);
}

}  // namespace descent::kernels
#endif
