#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "program/passes.h"

namespace descent::program {
namespace {

bool same(const Attributes& a, const Attributes& b) {
  return a.dims == b.dims && a.sizes == b.sizes && a.strides == b.strides && a.index == b.index &&
         a.set.bits == b.set.bits && a.flag == b.flag && a.dtype == b.dtype && a.generator == b.generator &&
         std::equal(std::begin(a.text), std::end(a.text), std::begin(b.text));
}

// What numbers give way to has been decided.
bool same(const Operand& a, const Operand& b) {
  return a.buffer == b.buffer && a.offset == b.offset && a.dtype == b.dtype && a.sizes == b.sizes &&
         a.strides == b.strides;
}

// But for the buffer that they write.
bool same(const Instruction& a, const Instruction& b) {
  return a.op == b.op && a.computes_in == b.computes_in && same(a.attributes, b.attributes) &&
         a.output.dtype == b.output.dtype && a.output.sizes == b.output.sizes && a.output.strides == b.output.strides &&
         std::equal(a.inputs.begin(), a.inputs.end(), b.inputs.begin(), b.inputs.end(),
                    [](const Operand& x, const Operand& y) { return same(x, y); });
}

}  // namespace

Program without_common_subexpressions(Program program) {
  const std::vector<int> writes = writes_of(program);
  std::vector<std::size_t> latest(program.buffers.size());  // where it was last written; before: 0
  std::vector<int> stands_for(program.buffers.size());
  for (std::size_t b = 0; b < stands_for.size(); ++b) stands_for[b] = static_cast<int>(b);
  std::map<std::pair<std::int64_t, std::array<std::byte, kMaxElementSize>>, int> constants;
  for (std::size_t b = 0; b < stands_for.size(); ++b) {
    const Buffer& buffer = program.buffers[b];
    if (buffer.kind != Buffer::Kind::constant) continue;
    std::array<std::byte, kMaxElementSize> number;
    std::copy(std::begin(buffer.number), std::end(buffer.number), number.begin());
    stands_for[b] = constants.try_emplace({buffer.bytes, number}, static_cast<int>(b)).first->second;
  }
  const auto replace = [&](Operand& operand) { operand.buffer = stands_for[static_cast<std::size_t>(operand.buffer)]; };

  // Those of one op that read the same buffers first and last: positions among `kept`.
  std::map<std::tuple<const Op*, int, int>, std::vector<std::size_t>> candidates;
  std::vector<Instruction> kept;
  std::vector<std::size_t> positions;  // of `kept` in the program as it was, from 1
  for (std::size_t i = 0; i < program.instructions.size(); ++i) {
    Instruction& instruction = program.instructions[i];
    for (Operand& input : instruction.inputs) replace(input);
    const auto output = static_cast<std::size_t>(instruction.output.buffer);
    const bool pure = !has_effect(instruction) && !instruction.in_place && writes[output] == 1;
    if (pure) {
      const std::vector<Operand>& inputs = instruction.inputs;
      std::vector<std::size_t>& alike = candidates[{instruction.op, inputs.empty() ? -1 : inputs.front().buffer,
                                                    inputs.empty() ? -1 : inputs.back().buffer}];
      const auto unchanged = [&](std::size_t k) {
        return std::all_of(instruction.inputs.begin(), instruction.inputs.end(), [&](const Operand& input) {
          return latest[static_cast<std::size_t>(input.buffer)] < positions[k];
        });
      };
      const auto found = std::find_if(alike.begin(), alike.end(),
                                      [&](std::size_t k) { return same(kept[k], instruction) && unchanged(k); });
      if (found != alike.end() && program.buffers[output].kind == Buffer::Kind::temporary) {
        stands_for[output] = kept[*found].output.buffer;
        continue;
      }
      alike.push_back(kept.size());
    }
    latest[output] = i + 1;
    positions.push_back(i + 1);
    kept.push_back(std::move(instruction));
  }
  program.instructions = std::move(kept);
  for (Operand& result : program.results) replace(result);
  return program;
}

}  // namespace descent::program
