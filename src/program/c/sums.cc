#include "program/c/sums.h"

#include <algorithm>
#include <optional>

#include "kernels/parallel.h"
#include "kernels/reduce_kernels.h"
#include "program/c/formula.h"
#include "program/c/loops.h"
#include "program/c/rows.h"
#include "program/c/whole.h"
#include "program/passes.h"

namespace descent::program {
namespace c {
namespace {

// Elements whose sums are kept: a power of two of the blocks in which sums are added up, so that they are a subtree of
// the whole's.
constexpr std::int64_t kPiece = 8192;

const Operand& input_of(const Program& program, const Group& group) {
  return program.instructions[static_cast<std::size_t>(group.begin)].inputs[0];
}

// The number of elements that a group sums up into one.
std::optional<std::int64_t> summed_by(const Program& program, const Group& group) {
  if (group.numel > 0) return {};
  const Instruction& instruction = program.instructions[static_cast<std::size_t>(group.begin)];
  const bool is_sum = instruction.op->whole == Whole::sum || instruction.op->whole == Whole::mean;
  if (!is_sum || !is_written(instruction) || !is_floating_point(instruction.output.dtype)) return {};
  const Operand& input = instruction.inputs[0];
  if (numel_of(instruction.output) != 1 || !is_row_major(input) || input.offset != 0) return {};
  return numel_of(input);
}

class Sums {
 public:
  explicit Sums(const Program& program) : program_(program), knows_(program.buffers.size()) {
    for (int g = 0; g < static_cast<int>(program.groups.size()); ++g) {
      for_each_access(program_, group(g), [&](const Operand& operand, bool) {
        std::pair<int, int>& span = knows_[static_cast<std::size_t>(operand.buffer)];
        span = span.second == 0 ? std::pair(g, g + 1) : std::pair(span.first, g + 1);
      });
    }
  }

  std::vector<Chain> find() const {
    std::vector<Chain> chains;
    const auto count = static_cast<int>(program_.groups.size());
    for (int g = 0; g < count; ++g) {
      const std::int64_t numel = group(g).numel;
      if (numel <= 2 * kernels::kElementGrain) continue;
      Chain chain{Chain::Kind::sums, g, g};
      bool has_sum = false;
      for (Chain longer{Chain::Kind::sums, g, g + 1}; longer.end <= count && fits(longer, numel); ++longer.end) {
        if (group(longer.end - 1).numel > 0) continue;
        chain.end = longer.end;  // which ends with a sum
        has_sum = true;
      }
      if (!has_sum || is_taken(chain)) continue;
      chains.push_back(chain);
      g = chain.end - 1;
    }
    return chains;
  }

 private:
  const Group& group(int g) const { return program_.groups[static_cast<std::size_t>(g)]; }

  bool knows(int g, int buffer) const {
    bool knows = false;
    for_each_access(program_, group(g),
                    [&](const Operand& operand, bool) { knows = knows || operand.buffer == buffer; });
    return knows;
  }

  bool is_taken(const Chain& chain) const {
    return std::any_of(program_.chains.begin(), program_.chains.end(),
                       [&](const Chain& other) { return other.begin < chain.end && chain.begin < other.end; });
  }

  // Whether all groups are loops over so many elements, which see each other's at the same places, or sums of such as
  // one of them makes and nobody else wants.
  bool fits(const Chain& chain, std::int64_t numel) const {
    const int last = chain.end - 1;
    if (group(last).numel == 0) {
      if (summed_by(program_, group(last)) != numel) return false;
      const Operand& input = input_of(program_, group(last));
      const auto [first, end] = knows_[static_cast<std::size_t>(input.buffer)];
      const Buffer& buffer = program_.buffers[static_cast<std::size_t>(input.buffer)];
      if (buffer.kind != Buffer::Kind::temporary || first < chain.begin || first == last || end != chain.end)
        return false;
      for (int g = first + 1; g < last; ++g) {
        if (knows(g, input.buffer)) return false;
      }
      for (int g = chain.begin; g < last; ++g) {
        if (group(g).numel == 0 && input_of(program_, group(g)).dtype != input.dtype) return false;
      }
    } else if (group(last).numel != numel || !is_written(program_, group(last)) ||
               would_be_slow(program_, group(last)) || part_of(program_, group(last)) != 1) {
      return false;
    }
    bool meets = false;
    for (int g = chain.begin; g < last; ++g) {
      for_each_access(program_, group(g), [&](const Operand& earlier, bool wrote) {
        for_each_access(program_, group(last), [&](const Operand& operand, bool writes) {
          const bool is_sum = group(g).numel == 0 && wrote;
          meets = meets || (conflict(earlier, wrote, operand, writes) && (is_sum || !same_rows(earlier, operand)));
        });
      });
    }
    return !meets;
  }

  const Program& program_;
  std::vector<std::pair<int, int>> knows_;  // by buffer: the groups that know it, first and past the last
};

}  // namespace

SumsText write_sums(const Program& program, const Chain& chain) {
  const std::int64_t numel = program.groups[static_cast<std::size_t>(chain.begin)].numel;
  SumsText text{"", "", (numel + kPiece - 1) / kPiece, kernels::kElementGrain / kPiece};
  // What is summed is nowhere; its place takes the sums of the pieces.
  std::map<int, std::string> sums;  // by buffer
  std::string levels, places, row, rest, joins, ends;
  std::int64_t lanes = 0;
  for (int g = chain.begin; g < chain.end; ++g) {
    const Instruction& instruction =
        program.instructions[static_cast<std::size_t>(program.groups[static_cast<std::size_t>(g)].begin)];
    if (program.groups[static_cast<std::size_t>(g)].numel > 0) continue;
    const int summed = instruction.inputs[0].buffer;
    const DType dtype = instruction.inputs[0].dtype;
    const char* type = type_name(dtype);
    lanes = kernels::kLaneBytes / static_cast<std::int64_t>(size_of(dtype));
    const std::string sum = concat("sum", sums.size()), of_blocks = concat("levels", sums.size());
    const std::string of_pieces = concat("(", type, " *)memory[", summed, "]");
    sums.emplace(summed, sum);
    levels += concat("  ", type, " ", of_blocks, "[", 12 * lanes, "];\n");
    places += concat("    ", type, " *restrict const ", sum, " = sum_", type, "_place(", of_blocks, ", block, ", lanes,
                     ");\n");
    joins += concat("    sum_", type, "_join(", of_blocks, ", block, ", lanes, ");\n");
    ends +=
        concat("  sum_", type, "_end(", of_blocks, ", block, ", lanes, ", ", of_pieces, " + piece * ", lanes, ");\n");
    text.rest += concat("  {\n    ", type, " levels[", 40 * lanes, "], lanes[", lanes, "];\n    sum_", type, "_rows(",
                        of_pieces, ", ", text.count, ", ", lanes, ", ", lanes, ", 0, 1, levels, lanes);\n    sum_",
                        type, "_fold(lanes, ", lanes, ", 1, ", address_of(instruction.output), ");\n");
    if (instruction.op->whole == Whole::mean) {
      text.rest += concat("    *", address_of(instruction.output), " = *", address_of(instruction.output), " / (", type,
                          ")", numel, ";\n");
    }
    text.rest += "  }\n";
  }
  for (int g = chain.begin; g < chain.end; ++g) {
    const Group& group = program.groups[static_cast<std::size_t>(g)];
    if (group.numel == 0) continue;
    write_loops(program, group, Extent::lanes, row, sums);
    write_loops(program, group, Extent::parts, rest, sums);
  }
  text.pieces = concat("  enum { LANES = ", lanes, ", BLOCK = ", kernels::kBlockRows * lanes, ", PIECE = ", kPiece,
                       " };\n", "  for (int64_t piece = begin; piece < end; ++piece) {\n", levels,
                       "  int64_t block = 0, begin = piece * PIECE;\n", "  const int64_t last = ", numel,
                       " - begin < PIECE ? ", numel, " : begin + PIECE;\n", "  for (; begin < last; ++block) {\n",
                       places, "    const int64_t end = last - begin < BLOCK ? last : begin + BLOCK;\n",
                       "    for (; end - begin >= LANES; begin += LANES) {\n", row, "    }\n",
                       "    if (begin < end) {\n", rest, "    }\n    begin = end;\n", joins, "  }\n", ends, "  }\n");
  return text;
}

}  // namespace c

Program chain_sums(Program program) {
  for (const Chain& chain : c::Sums(program).find()) program.chains.push_back(chain);
  std::sort(program.chains.begin(), program.chains.end(),
            [](const Chain& a, const Chain& b) { return a.begin < b.begin; });
  return program;
}

}  // namespace descent::program
