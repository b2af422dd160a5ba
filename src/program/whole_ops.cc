#include <algorithm>
#include <iterator>

#include "program/passes.h"

namespace descent::program {
namespace {

// Whether native code of the parts takes less time than the op's own kernel: where they are small, or add up what a
// loop outside knows too, so that all of it may be one walk (chain_sums).
bool is_better_apart(const Program& program, const Composition& composition) {
  constexpr std::int64_t kFew = 256;
  const Instruction& whole = composition.whole;
  const bool is_small = std::all_of(whole.inputs.begin(), whole.inputs.end(),
                                    [](const Operand& input) { return numel_of(input) <= kFew; });
  if (is_small || numel_of(whole.output) > 1) return is_small;
  bool is_known = false;
  for (int i = 0; i < static_cast<int>(program.instructions.size()); ++i) {
    const Instruction& other = program.instructions[static_cast<std::size_t>(i)];
    if (other.op->kind != Kind::elementwise || (i >= composition.begin && i < composition.end)) continue;
    for_each_access(other, [&](const Operand& operand, bool) {
      is_known = is_known || (overlap(operand, whole.inputs[0]) && numel_of(operand) == numel_of(whole.inputs[0]));
    });
  }
  return is_known;
}

}  // namespace

Program with_whole_ops(Program program, Target target) {
  std::vector<Composition> compositions = std::move(program.compositions);
  program.compositions.clear();
  if (target == Target::exported) return program;
  if (target == Target::native)
    std::erase_if(compositions, [&](const Composition& each) { return is_better_apart(program, each); });
  // Outer ones before those within.
  std::stable_sort(compositions.begin(), compositions.end(), [](const Composition& a, const Composition& b) {
    return a.begin < b.begin || (a.begin == b.begin && a.end > b.end);
  });
  std::vector<Instruction> instructions;
  std::size_t next = 0;  // instruction
  for (Composition& composition : compositions) {
    const auto begin = static_cast<std::size_t>(composition.begin);
    if (begin < next) continue;
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
