#include <algorithm>

#include "kernels/parallel.h"
#include "program/passes.h"

namespace descent::program {
namespace {

// Whether the op takes all inputs without converting one, for which it would want memory.
bool is_of_one_type(const Instruction& instruction) {
  return std::all_of(instruction.inputs.begin(), instruction.inputs.end(),
                     [&](const Operand& input) { return input.dtype == instruction.output.dtype; });
}

// Up to how many elements it takes less time to go over them than to look at how they lie.
std::int64_t few_of(const Instruction& instruction) {
  const bool is_simple = std::all_of(instruction.inputs.begin(), instruction.inputs.end(),
                                     [&](const Operand& input) { return reads_along(input, instruction.output); });
  return is_simple ? kernels::kElementGrain : kShortLoop;
}

}  // namespace

Program without_lone_loops(Program program) {
  for (int g = 0; g < static_cast<int>(program.groups.size()); ++g) {
    Group& group = program.groups[static_cast<std::size_t>(g)];
    const Instruction& instruction = program.instructions[static_cast<std::size_t>(group.begin)];
    if (group.end - group.begin == 1 && group.numel > few_of(instruction) && !chain_of(program, g) &&
        is_of_one_type(instruction))
      group = {.begin = group.begin, .end = group.end};
  }
  return program;
}

}  // namespace descent::program
