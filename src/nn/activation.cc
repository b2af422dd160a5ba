#include "descent/nn/activation.h"

namespace descent::nn {

Tensor Softplus::forward(const Tensor& x) const try { return softplus(x * beta) / beta; } catch (const Error& error) {
  fail_as("softplus", error);
}

}  // namespace descent::nn
