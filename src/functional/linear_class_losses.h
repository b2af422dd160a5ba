// The losses that linear cross entropy is made of (loss/linear_cross_entropy.h).
#pragma once

#include "descent/tensor.h"

namespace descent {

/// With the logits z = x weight^T + bias of samples x [N, in] and C classes, rows of [4, N]:
///   -log softmax(z)[class];  if `even`, -sum_c class_weights[c] log softmax(z)[c], else 0;  two that the gradient
///   takes up again.
/// classes: int64 [N], of [0, C). bias and class_weights, [C], may be undefined: nothing, and all 1. No gradient of
/// class_weights.
Tensor linear_class_losses(const Tensor& x, const Tensor& weight, const Tensor& classes, const Tensor& bias,
                           const Tensor& class_weights, bool even);

}  // namespace descent
