#include <algorithm>

#include "core/apply.h"
#include "core/pointers.h"
#include "program/passes.h"

namespace descent::program {

Program with_constants(Program program) {
  const std::vector<int> writes = writes_of(program);
  const auto buffer_of = [&](const Operand& operand) -> Buffer& {
    return program.buffers[static_cast<std::size_t>(operand.buffer)];
  };
  std::vector<Instruction> kept;
  for (Instruction& instruction : program.instructions) {
    Buffer& output = buffer_of(instruction.output);
    const bool is_constant =
        !has_effect(instruction) && !instruction.in_place && output.kind == Buffer::Kind::temporary &&
        output.bytes <= static_cast<std::int64_t>(kMaxElementSize) && numel_of(instruction.output) == 1 &&
        writes[static_cast<std::size_t>(instruction.output.buffer)] == 1 && !instruction.inputs.empty() &&
        std::all_of(instruction.inputs.begin(), instruction.inputs.end(),
                    [&](const Operand& input) { return buffer_of(input).kind == Buffer::Kind::constant; });
    if (!is_constant) {
      kept.push_back(std::move(instruction));
      continue;
    }
    const auto tensor_of = [&](const Operand& operand) {
      const Tensor storage = Tensor::adopt(make_impl(Dims(0), boolean));
      return tensor_over(storage, buffer_of(operand).number + operand.offset, operand);
    };
    std::vector<Tensor> inputs;
    for (const Operand& input : instruction.inputs) inputs.push_back(tensor_of(input));
    const Tensor result = tensor_of(instruction.output);
    run_into(instruction.name, *instruction.op, pointers_to(inputs), instruction.attributes, *result.impl());
    output.kind = Buffer::Kind::constant;
  }
  program.instructions = std::move(kept);
  return program;
}

}  // namespace descent::program
