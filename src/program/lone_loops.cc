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
  constexpr std::int64_t kMany = 1024;  // elements: less is more quickly done among others
  for (std::size_t g = 0; g < program.groups.size(); ++g) {
    Group& group = program.groups[g];
    const bool is_chained = std::any_of(program.chains.begin(), program.chains.end(), [&](const Chain& chain) {
      return static_cast<std::size_t>(chain.begin) <= g && g < static_cast<std::size_t>(chain.end);
    });
    if (group.end - group.begin == 1 && group.numel > kMany && !is_chained &&
        is_of_one_type(program.instructions[static_cast<std::size_t>(group.begin)]))
      group = {.begin = group.begin, .end = group.end};
  }
  return program;
}

}  // namespace descent::program
