#include "core/tensor_impl.h"
#include "descent/ops.h"

namespace descent {

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) try {
  const Dims &input = impl_of(x, "linear").sizes, &sizes = impl_of(weight, "linear").sizes;
  if (input.empty()) fail("linear: the input is of rank 0; wanted [..., features]");
  if (sizes.size() != 1 && sizes.size() != 2)
    fail("linear: the weight has shape ", sizes, "; wanted [out, in] or [in]");
  if (input.back() != sizes.back()) {
    fail("linear: the input has ", input.back(), " features, the weight wants ", sizes.back(), " (shapes ", input,
         " and ", sizes, ")");
  }
  const Tensor product = matmul(x, weight.t());
  return bias.defined() ? product + bias : product;
} catch (const Error& error) {
  fail_as("linear", error);
}

}  // namespace descent
