// Exponentials, logarithms and activations of float32.
#include "kernels/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise_exponential.cc"
#include <hwy/foreach_target.h>

#include "kernels/elementwise_loop.h"
#include "kernels/kernel_table.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

#define DESCENT_FUNCTIONS(X) \
  X(exp)                     \
  X(exp2)                    \
  X(expm1)                   \
  X(log) X(log2) X(log10) X(log1p) X(sigmoid) X(log_sigmoid) X(silu) X(tanh) X(softplus) X(gelu) X(gelu_tanh) X(erf)

void add_exponential(KernelTable& table) {
  using D = hn::ScalableTag<float>;
#define DESCENT_ADD(name) table.at(Formula::name, float32) = kernel<formulas::formula_##name, D, RealInput<D>>;
  DESCENT_FUNCTIONS(DESCENT_ADD)
#undef DESCENT_ADD
#undef DESCENT_FUNCTIONS
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

void add_exponential_kernels(std::int64_t target, KernelTable& table) {
  DESCENT_CALL_TARGET(target, add_exponential, table);
}

}  // namespace descent::kernels
#endif
