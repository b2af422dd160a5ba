#include <algorithm>
#include <iterator>

#include "program/passes.h"

namespace descent::program {

Program without_dead_code(Program program) {
  std::vector<bool> wanted(program.buffers.size());
  for (std::size_t b = 0; b < wanted.size(); ++b) {
    const Buffer::Kind kind = program.buffers[b].kind;
    wanted[b] = kind != Buffer::Kind::temporary && kind != Buffer::Kind::block;
  }
  std::vector<Instruction> live;
  for (auto instruction = program.instructions.rbegin(); instruction != program.instructions.rend(); ++instruction) {
    const auto output = static_cast<std::size_t>(instruction->output.buffer);
    if (!has_effect(*instruction) && !wanted[output]) continue;
    wanted[output] = true;  // what makes the buffer, where this changes it in place
    for (const Operand& input : instruction->inputs) wanted[static_cast<std::size_t>(input.buffer)] = true;
    live.push_back(std::move(*instruction));
  }
  std::reverse(live.begin(), live.end());
  program.instructions = std::move(live);
  return program;
}

}  // namespace descent::program
