#include <algorithm>
#include <iterator>

#include "program/passes.h"

namespace descent::program {
namespace {

// Whether native code of the parts takes less time than the op's own kernel: where there are few of them, where rows
// are short, which kernels take one by one, or where it adds up what a loop outside knows too, so that all of it may be
// one walk (chain_sums).
bool is_better_apart(const Program& program, const Composition& composition) {
  const Instruction& whole = composition.whole;
  const bool makes_one = numel_of(whole.output) == 1;
  const Operand& largest =
      *std::max_element(whole.inputs.begin(), whole.inputs.end(),
                        [](const Operand& a, const Operand& b) { return numel_of(a) < numel_of(b); });
  const std::int64_t row = makes_one || largest.sizes.empty() ? 1 : largest.sizes.back();
  const std::int64_t few = makes_one ? 256 : row <= 10 ? 1 << 16 : row <= 16 ? 1 << 10 : 0;
  if (numel_of(largest) <= few || !makes_one) return numel_of(largest) <= few;
  bool is_known = false;
  for (int i = 0; i < static_cast<int>(program.instructions.size()); ++i) {
    const Instruction& other = program.instructions[static_cast<std::size_t>(i)];
    if (other.op->kind != Kind::elementwise || (i >= composition.begin && i < composition.end)) continue;
    for_each_access(other, [&](const Operand& operand, bool) {
      is_known = is_known || (overlap(operand, largest) && numel_of(operand) == numel_of(largest));
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
