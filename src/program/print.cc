#include "program/program.h"

namespace descent::program {
namespace {

const char* name_of(Buffer::Kind kind) {
  switch (kind) {
    case Buffer::Kind::given:
      return "given";
    case Buffer::Kind::argument:
      return "argument";
    case Buffer::Kind::constant:
      return "constant";
    case Buffer::Kind::result:
      return "result";
    case Buffer::Kind::temporary:
      return "temporary";
    case Buffer::Kind::block:
      return "block";
  }
  __builtin_unreachable();
}

std::string number_of(const Buffer& buffer, DType dtype) {
  return dispatch(dtype, [&](auto zero) { return concat(+*reinterpret_cast<const decltype(zero)*>(buffer.number)); });
}

std::string text_of(const Chain& chain) {
  const std::string groups = concat("chain of ", chain.end - chain.begin, ", ");
  switch (chain.kind) {
    case Chain::Kind::rows:
      return concat(groups, chain.rows, " rows one by one:\n");
    case Chain::Kind::sums:
      return groups + "piece by piece:\n";
    case Chain::Kind::tiles:
      return groups + "tile by tile:\n";
  }
  __builtin_unreachable();
}

std::vector<bool> used_buffers(const Program& program) {
  std::vector<bool> used(program.buffers.size());
  for (const Instruction& instruction : program.instructions) {
    for_each_access(instruction,
                    [&](const Operand& operand, bool) { used[static_cast<std::size_t>(operand.buffer)] = true; });
  }
  return used;
}

// "%3:float32[2, 3]": what is seen of buffer 3; then where that begins and how it lies, if not at its beginning and row
// by row.
std::string text_of(const Program& program, const Operand& operand) {
  const Buffer& buffer = program.buffers[static_cast<std::size_t>(operand.buffer)];
  if (buffer.kind == Buffer::Kind::constant) return number_of(buffer, operand.dtype);
  std::string text = concat('%', operand.buffer, ':', operand.dtype, operand.sizes);
  if (operand.offset != 0) text += concat('+', operand.offset);
  if (!is_row_major(operand)) text += concat(" by ", operand.strides);
  return text;
}

std::string text_of(const Program& program, const std::vector<Operand>& operands) {
  std::string text;
  for (std::size_t k = 0; k < operands.size(); ++k) text += concat(k > 0 ? ", " : "", text_of(program, operands[k]));
  return text;
}

}  // namespace

std::string to_string(const Program& program) {
  std::string text;
  std::size_t group = 0;
  auto chain = program.chains.begin();
  for (std::size_t i = 0; i < program.instructions.size(); ++i) {
    while (group < program.groups.size() && static_cast<std::size_t>(program.groups[group].end) <= i) ++group;
    if (chain != program.chains.end() && static_cast<std::size_t>(chain->begin) == group) text += text_of(*chain++);
    const bool fused = group < program.groups.size() && program.groups[group].numel > 0;
    if (fused && static_cast<std::size_t>(program.groups[group].begin) == i) {
      const Group& g = program.groups[group];
      text += concat("for ", g.numel, " elements, ", g.block, " at a time:\n");
    }
    const Instruction& instruction = program.instructions[i];
    text += concat(fused ? "    " : "  ", text_of(program, instruction.output), instruction.in_place ? " <- " : " = ",
                   instruction.op->name, '(', text_of(program, instruction.inputs), ")\n");
  }
  if (!program.results.empty()) text += concat("  return ", text_of(program, program.results), '\n');
  const std::vector<bool> used = used_buffers(program);
  for (std::size_t b = 0; b < program.buffers.size(); ++b) {
    const Buffer& buffer = program.buffers[b];
    if (buffer.kind == Buffer::Kind::constant || !used[b]) continue;
    text += concat('%', b, ": ", name_of(buffer.kind));
    if (buffer.kind != Buffer::Kind::temporary && buffer.kind != Buffer::Kind::block) text += concat(' ', buffer.index);
    text += concat(", ", buffer.bytes, " bytes");
    if (buffer.place >= 0) text += concat(buffer.kind == Buffer::Kind::block ? ", block " : ", at ", buffer.place);
    text += '\n';
  }
  return text + concat("arena: ", program.arena_bytes, " bytes\n");
}

}  // namespace descent::program
