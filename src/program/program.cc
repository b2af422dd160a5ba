#include "program/program.h"

#include <algorithm>

namespace descent::program {

std::vector<int> writes_of(const Program& program) {
  std::vector<int> writes(program.buffers.size());
  for (const Instruction& instruction : program.instructions)
    ++writes[static_cast<std::size_t>(instruction.output.buffer)];
  return writes;
}

Tensor tensor_over(const Tensor& storage, std::byte* data, const Operand& operand) {
  TensorImpl* impl = make_view(*storage.impl(), data, operand.sizes, operand.strides);
  impl->dtype = operand.dtype;
  impl->is_number = operand.is_number;
  return Tensor::adopt(impl);
}

std::int64_t extent_of(const Operand& operand) {
  std::int64_t last = 0;
  for (int d = 0; d < operand.sizes.size(); ++d) {
    if (operand.sizes[d] == 0) return 0;
    last += (operand.sizes[d] - 1) * operand.strides[d];
  }
  return (last + 1) * static_cast<std::int64_t>(size_of(operand.dtype));
}

std::int64_t numel_of(const Operand& operand) { return descent::numel_of(operand.sizes); }

bool is_row_major(const Operand& operand) { return descent::is_row_major(operand.sizes, operand.strides); }

bool is_single(const Operand& operand) {
  for (int d = 0; d < operand.sizes.size(); ++d) {
    if (operand.sizes[d] == 0 || (operand.sizes[d] != 1 && operand.strides[d] != 0)) return false;
  }
  return true;
}

bool reads_along(const Operand& input, const Operand& output) {
  return is_single(input) || (is_row_major(input) && input.sizes == output.sizes);
}

bool same_rows(const Operand& a, const Operand& b) {
  return a.buffer == b.buffer && a.offset == b.offset && size_of(a.dtype) == size_of(b.dtype) && is_row_major(a) &&
         is_row_major(b) && numel_of(a) == numel_of(b);
}

bool overlap(const Operand& a, const Operand& b) {
  return a.buffer == b.buffer && a.offset < b.offset + extent_of(b) && b.offset < a.offset + extent_of(a);
}

const Chain* chain_of(const Program& program, int group) {
  const auto found = std::find_if(program.chains.begin(), program.chains.end(),
                                  [group](const Chain& chain) { return chain.begin <= group && group < chain.end; });
  return found == program.chains.end() ? nullptr : &*found;
}

bool has_effect(const Instruction& instruction) {
  return instruction.attributes.generator || instruction.op->may_refuse;
}

bool is_arithmetic(const Instruction& instruction) {
  if (instruction.op->kind != Kind::elementwise) return false;
  using kernels::Implementation;
  const Implementation by = kernels::info_of(instruction.op->formula).implementation(instruction.computes_in);
  return by == Implementation::arithmetic || by == Implementation::integer;
}

}  // namespace descent::program
