#include <algorithm>
#include <cstring>

#include "core/apply.h"
#include "program/passes.h"

namespace descent::program {
namespace {

Tensor tensor_over(Buffer& buffer, const Operand& operand) {
  const Tensor base = Tensor::adopt(make_impl(Dims(0), operand.dtype));
  TensorImpl* impl = make_view(*base.impl(), buffer.number + operand.offset, operand.sizes, operand.strides);
  impl->is_number = operand.is_number;
  return Tensor::adopt(impl);
}

}  // namespace

Program with_constants(Program program) {
  std::vector<int> writes(program.buffers.size());
  for (const Instruction& instruction : program.instructions)
    ++writes[static_cast<std::size_t>(instruction.output.buffer)];
  const auto buffer_of = [&](const Operand& operand) -> Buffer& {
    return program.buffers[static_cast<std::size_t>(operand.buffer)];
  };
  std::vector<Instruction> kept;
  for (Instruction& instruction : program.instructions) {
    Buffer& output = buffer_of(instruction.output);
    const bool is_constant =
        !has_effect(instruction) && !instruction.in_place && output.kind == Buffer::Kind::temporary &&
        output.bytes <= static_cast<std::int64_t>(kMaxElementSize) && numel_of(instruction.output) > 0 &&
        writes[static_cast<std::size_t>(instruction.output.buffer)] == 1 && !instruction.inputs.empty() &&
        std::all_of(instruction.inputs.begin(), instruction.inputs.end(),
                    [&](const Operand& input) { return buffer_of(input).kind == Buffer::Kind::constant; });
    if (!is_constant) {
      kept.push_back(std::move(instruction));
      continue;
    }
    std::vector<Tensor> inputs;
    for (const Operand& input : instruction.inputs) inputs.push_back(tensor_over(buffer_of(input), input));
    std::vector<const Tensor*> pointers;
    for (const Tensor& input : inputs) pointers.push_back(&input);
    const Tensor result = tensor_over(output, instruction.output);
    run_into(instruction.name, *instruction.op, pointers, instruction.attributes, *result.impl());
    output.kind = Buffer::Kind::constant;
  }
  program.instructions = std::move(kept);
  return program;
}

}  // namespace descent::program
