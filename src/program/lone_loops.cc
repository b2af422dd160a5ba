#include <algorithm>

#include "program/passes.h"

namespace descent::program {
namespace {

// Whether the op takes all inputs without converting one, for which it would want memory.
bool is_of_one_type(const Instruction& instruction) {
  return std::all_of(instruction.inputs.begin(), instruction.inputs.end(),
                     [&](const Operand& input) { return input.dtype == instruction.output.dtype; });
}

}  // namespace

Program without_lone_loops(Program program) {
  for (int g = 0; g < static_cast<int>(program.groups.size()); ++g) {
    Group& group = program.groups[static_cast<std::size_t>(g)];
    // Short ones are more quickly done among others.
    if (group.end - group.begin == 1 && group.numel > kShortLoop && !chain_of(program, g) &&
        is_of_one_type(program.instructions[static_cast<std::size_t>(group.begin)]))
      group = {.begin = group.begin, .end = group.end};
  }
  return program;
}

}  // namespace descent::program
