#pragma once

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// a^T weight[o] b + bias[o] for each o: a [..., in1], b [..., in2], weight [out, in1, in2], bias [out] or undefined;
/// [..., out].
Tensor bilinear(const Tensor& a, const Tensor& b, const Tensor& weight, const Tensor& bias = {});

}  // namespace descent
