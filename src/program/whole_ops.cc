#include <algorithm>
#include <iterator>

#include "program/passes.h"

namespace descent::program {
namespace {

// Whether native code of the parts takes less time than a call of the op's own kernel.
bool is_small(const Composition& composition) {
  constexpr std::int64_t kFew = 256;
  const std::vector<Operand>& inputs = composition.whole.inputs;
  return std::all_of(inputs.begin(), inputs.end(), [](const Operand& input) { return numel_of(input) <= kFew; });
}

}  // namespace

Program with_whole_ops(Program program, Target target) {
  std::vector<Composition> compositions = std::move(program.compositions);
  program.compositions.clear();
  if (target == Target::exported) return program;
  // Outer ones before those within.
  std::stable_sort(compositions.begin(), compositions.end(), [](const Composition& a, const Composition& b) {
    return a.begin < b.begin || (a.begin == b.begin && a.end > b.end);
  });
  std::vector<Instruction> instructions;
  std::size_t next = 0;  // instruction
  for (Composition& composition : compositions) {
    const auto begin = static_cast<std::size_t>(composition.begin);
    if (begin < next || (target == Target::native && is_small(composition))) continue;
    std::move(program.instructions.begin() + static_cast<std::ptrdiff_t>(next),
              program.instructions.begin() + composition.begin, std::back_inserter(instructions));
    instructions.push_back(std::move(composition.whole));
    next = static_cast<std::size_t>(composition.end);
  }
  std::move(program.instructions.begin() + static_cast<std::ptrdiff_t>(next), program.instructions.end(),
            std::back_inserter(instructions));
  program.instructions = std::move(instructions);
  return program;
}

}  // namespace descent::program
