#include "descent/ops.h"

namespace descent {

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const Tensor product = matmul(x, weight.t());
  return bias.defined() ? product + bias : product;
}

}  // namespace descent
