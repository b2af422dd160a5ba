#include "descent/nn/activation.h"

#include "descent/create.h"
#include "descent/nn/init.h"

namespace descent::nn {

PReLU::PReLU(std::int64_t num_parameters, double init, DType dtype) {
  if (num_parameters < 1) fail("PReLU: wants 1 parameter or more, not ", num_parameters);
  weight = Parameter(empty(num_parameters, {.dtype = dtype}));
  init::constant_(weight, init);
}

Tensor Softmax2d::forward(const Tensor& x) const {
  if (x.dim() != 3 && x.dim() != 4) {
    fail("Softmax2d: the input is of shape ", x.sizes(), "; wanted [N, C, H, W] or [C, H, W]");
  }
  return softmax(x, -3);
}

}  // namespace descent::nn
