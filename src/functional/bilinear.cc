#include "descent/functional/bilinear.h"

#include "descent/ops.h"

namespace descent {

Tensor bilinear(const Tensor& a, const Tensor& b, const Tensor& weight, const Tensor& bias) try {
  if (weight.dim() != 3) fail("bilinear: the weight is of shape ", weight.sizes(), "; wanted [out, in1, in2]");
  const std::int64_t out = weight.size(0), in1 = weight.size(1), in2 = weight.size(2);
  if (a.dim() < 1 || b.dim() < 1 || a.size(-1) != in1 || b.size(-1) != in2) {
    fail("bilinear: inputs of shapes ", a.sizes(), " and ", b.sizes(), "; a weight of shape ", weight.sizes(),
         " wants [..., ", in1, "] and [..., ", in2, "]");
  }
  Dims shape = a.sizes(), of_b = b.sizes();
  shape.erase(shape.size() - 1);
  of_b.erase(of_b.size() - 1);
  if (!(shape == of_b)) fail("bilinear: inputs of shapes ", a.sizes(), " and ", b.sizes(), " have different batches");
  const std::int64_t rows = numel_of(shape);
  // Of each row, a^T weight as [out, in2].
  const Tensor matrices = matmul(reshape(a, {rows, in1}), reshape(transpose(weight, 0, 1), {in1, out * in2}));
  const Tensor result = sum(reshape(matrices, {rows, out, in2}) * reshape(b, {rows, 1, in2}), 2);
  shape.push_back(out);
  return reshape(bias.defined() ? result + bias : result, shape);
} catch (const Error& error) {
  fail_as("bilinear", error);
}

}  // namespace descent
