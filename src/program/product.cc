#include "program/product.h"

#include "core/iterate.h"

namespace descent::program {
namespace {

Dims without_matrix(const Dims& dims) { return Dims(std::span(dims.begin(), dims.end() - 2)); }

std::optional<MatrixBatch> matrices_of(const Operand& operand, const Dims& batch) {
  Dims sizes = batch,
       strides = broadcast_strides(without_matrix(operand.sizes), without_matrix(operand.strides), batch);
  for (const int d : {operand.sizes.size() - 2, operand.sizes.size() - 1}) {
    sizes.push_back(operand.sizes[d]);
    strides.push_back(operand.strides[d]);
  }
  return matrix_batch(sizes, strides, nullptr);
}

}  // namespace

std::optional<Product> product_of(const Instruction& instruction) {
  if (instruction.op->whole != Whole::matmul) return {};
  const Operand &left = instruction.inputs[0], &output = instruction.output;
  const Dims batch = without_matrix(output.sizes);
  const std::optional<MatrixBatch> a = matrices_of(left, batch), b = matrices_of(instruction.inputs[1], batch);
  if (!a || !b || !is_row_major(output)) return {};
  return Product{left.sizes[left.sizes.size() - 2], output.sizes.back(), left.sizes.back(), numel_of(batch), *a, *b};
}

}  // namespace descent::program
