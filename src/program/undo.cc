#include "program/undo.h"

#include <algorithm>

#include "core/op.h"

namespace descent::program {
namespace {

/// Whether its kernel takes everything as it lies, so that it asks for no memory.
bool takes_no_memory(const Instruction& instruction) {
  const Op& op = *instruction.op;
  const bool in_order = std::all_of(instruction.inputs.begin(), instruction.inputs.end(),
                                    [](const Operand& input) { return is_row_major(input); });
  const bool alike = std::all_of(instruction.inputs.begin(), instruction.inputs.end(),
                                 [&](const Operand& input) { return input.dtype == instruction.output.dtype; });
  const bool apart = std::none_of(instruction.inputs.begin(), instruction.inputs.end(),
                                  [&](const Operand& input) { return input.buffer == instruction.output.buffer; });
  switch (op.whole) {
    case Whole::sum:
    case Whole::mean:
    case Whole::maximum:
    case Whole::minimum:
      return in_order && alike && instruction.attributes.set.is_run();
    default:
      return alike && (op.kind == Kind::elementwise ||
                       (op.kind == Kind::write && apart && !op.may_refuse && !instruction.attributes.generator));
  }
}

}  // namespace

std::vector<Overwritten> overwritten_before_failure(const Program& program) {
  int last = -1;
  for (const Group& group : program.groups) {
    if (group.numel == 0 && !takes_no_memory(program.instructions[static_cast<std::size_t>(group.begin)]))
      last = group.begin;
  }
  std::vector<Overwritten> result;
  for (int i = 0; i <= last; ++i) {
    const Operand& output = program.instructions[static_cast<std::size_t>(i)].output;
    const Buffer::Kind kind = program.buffers[static_cast<std::size_t>(output.buffer)].kind;
    if (kind != Buffer::Kind::given && kind != Buffer::Kind::argument) continue;
    const Overwritten written{output.buffer, output.offset, extent_of(output)};
    const bool known = std::any_of(result.begin(), result.end(), [&](const Overwritten& other) {
      return other.buffer == written.buffer && other.offset == written.offset && other.bytes == written.bytes;
    });
    if (!known) result.push_back(written);
  }
  return result;
}

}  // namespace descent::program
