#include <sstream>

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

void print_number(std::ostream& out, const Buffer& buffer, DType dtype) {
  dispatch(dtype, [&](auto zero) { out << +*reinterpret_cast<const decltype(zero)*>(buffer.number); });
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
void print(std::ostream& out, const Program& program, const Operand& operand) {
  const Buffer& buffer = program.buffers[static_cast<std::size_t>(operand.buffer)];
  if (buffer.kind == Buffer::Kind::constant) return print_number(out, buffer, operand.dtype);
  out << '%' << operand.buffer << ':' << name_of(operand.dtype) << operand.sizes;
  if (operand.offset != 0) out << '+' << operand.offset;
  if (!is_row_major(operand)) out << " by " << operand.strides;
}

void print(std::ostream& out, const Program& program, const std::vector<Operand>& operands) {
  for (std::size_t k = 0; k < operands.size(); ++k) {
    if (k > 0) out << ", ";
    print(out, program, operands[k]);
  }
}

}  // namespace

std::string to_string(const Program& program) {
  std::ostringstream out;
  std::size_t group = 0;
  for (std::size_t i = 0; i < program.instructions.size(); ++i) {
    while (group < program.groups.size() && static_cast<std::size_t>(program.groups[group].end) <= i) ++group;
    const bool fused = group < program.groups.size() && program.groups[group].numel > 0;
    if (fused && static_cast<std::size_t>(program.groups[group].begin) == i) {
      const Group& g = program.groups[group];
      out << "for " << g.numel << " elements, " << g.block << " at a time:\n";
    }
    const Instruction& instruction = program.instructions[i];
    out << (fused ? "    " : "  ");
    print(out, program, instruction.output);
    out << (instruction.in_place ? " <- " : " = ") << instruction.op->name << '(';
    print(out, program, instruction.inputs);
    out << ")\n";
  }
  if (!program.results.empty()) {
    out << "  return ";
    print(out, program, program.results);
    out << '\n';
  }
  const std::vector<bool> used = used_buffers(program);
  for (std::size_t b = 0; b < program.buffers.size(); ++b) {
    const Buffer& buffer = program.buffers[b];
    if (buffer.kind == Buffer::Kind::constant || !used[b]) continue;
    out << '%' << b << ": " << name_of(buffer.kind);
    if (buffer.kind != Buffer::Kind::temporary && buffer.kind != Buffer::Kind::block) out << ' ' << buffer.index;
    out << ", " << buffer.bytes << " bytes";
    if (buffer.place >= 0) out << (buffer.kind == Buffer::Kind::block ? ", block " : ", at ") << buffer.place;
    out << '\n';
  }
  out << "arena: " << program.arena_bytes << " bytes\n";
  return out.str();
}

}  // namespace descent::program
