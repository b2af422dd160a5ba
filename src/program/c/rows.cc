#include "program/c/rows.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "kernels/parallel.h"
#include "program/c/loops.h"
#include "program/c/row_program.h"
#include "program/c/whole.h"
#include "program/passes.h"
#include "program/product.h"

namespace descent::program {
namespace c {
namespace {

// The number of rows of a reduction along the last dimensions.
std::optional<std::int64_t> rows_of_reduction(const Instruction& instruction) {
  if (instruction.inputs.size() != 1 || !is_written(instruction) || !is_reduction(instruction)) return {};
  const Operand &input = instruction.inputs[0], &output = instruction.output;
  const DimSet set = instruction.attributes.set;
  const int rank = input.sizes.size();
  const bool is_last = rank > 0 && set.is_run() && set.contains(rank - 1) && !set.any_after(rank - 1);
  if (!is_last || !is_row_major(input) || output.dtype == boolean) return {};
  return numel_of(output);
}

// Whether its kernel can take the operands as they lie, row by row.
bool is_called_easily(const Instruction& instruction) {
  return std::all_of(instruction.inputs.begin(), instruction.inputs.end(),
                     [&](const Operand& input) { return is_single(input) || reads_along(input, instruction.output); });
}

// Whether the elements of a group are rows that can be run apart from the others.
bool is_loop_of_rows(const Program& program, const Group& group, std::int64_t rows) {
  return group.numel % rows == 0 && is_written(program, group) && part_of(program, group) > 0;
}

class Chains {
 public:
  explicit Chains(const Program& program) : program_(program) {}

  std::vector<Chain> find() {
    std::vector<Chain> chains;
    const auto count = static_cast<int>(program_.groups.size());
    int free = 0;  // groups before are in a chain
    for (int g = 0; g < count; ++g) {
      if (g < free) continue;
      const std::optional<std::int64_t> rows = rows_to_begin_with(g);
      if (!rows) continue;
      Chain chain{Chain::Kind::rows, g, g + 1, *rows};
      if (!fits(chain)) continue;
      while (chain.end < count && fits({Chain::Kind::rows, chain.begin, chain.end + 1, *rows})) ++chain.end;
      while (chain.begin > free && fits({Chain::Kind::rows, chain.begin - 1, chain.end, *rows})) --chain.begin;
      if (chain.end - chain.begin < 2) continue;
      chains.push_back(chain);
      free = chain.end;
    }
    return chains;
  }

 private:
  const Group& group(int g) const { return program_.groups[static_cast<std::size_t>(g)]; }
  const Instruction& instruction(int i) const { return program_.instructions[static_cast<std::size_t>(i)]; }

  // Those of a reduction that is worth it: more than one thread's elements, in rows that fill vectors and threads.
  std::optional<std::int64_t> rows_to_begin_with(int g) const {
    constexpr std::int64_t kFewRows = 8, kShortRow = 16;
    if (group(g).numel > 0) return {};
    const Instruction& reduction = instruction(group(g).begin);
    const std::optional<std::int64_t> rows = rows_of_reduction(reduction);
    if (!rows || *rows < kFewRows) return {};
    const std::int64_t numel = numel_of(reduction.inputs[0]);
    if (numel <= kernels::kElementGrain || numel / *rows < kShortRow) return {};
    return rows;
  }

  bool is_in_rows(int g, std::int64_t rows) const {
    if (group(g).numel == 0) return rows_of_reduction(instruction(group(g).begin)) == rows;
    for (int i = group(g).begin; i < group(g).end; ++i) {
      if (is_slow(program_, instruction(i)) && !is_called_easily(instruction(i))) return false;
    }
    return is_loop_of_rows(program_, group(g), rows);
  }

  // Whether every group sees rows, and what is written in one is seen as the same rows by all others.
  bool fits(const Chain& chain) const {
    std::map<int, Row> written;
    std::vector<std::pair<int, Row>> seen;
    for (int g = chain.begin; g < chain.end; ++g) {
      if (!is_in_rows(g, chain.rows)) return false;
      for (int i = group(g).begin; i < group(g).end; ++i) {
        const std::optional<RowInstruction> row = row_of(instruction(i), group(g).numel == 0, chain.rows);
        if (!row) return false;
        written.emplace(row->output.operand.buffer, row->output);
        seen.emplace_back(row->output.operand.buffer, row->output);
        for (const Row& input : row->inputs) seen.emplace_back(input.operand.buffer, input);
      }
    }
    return std::all_of(seen.begin(), seen.end(), [&](const auto& entry) {
      const auto same = written.find(entry.first);
      return same == written.end() || (same->second.step == entry.second.step && entry.second.step > 0 &&
                                       same->second.operand.offset == entry.second.operand.offset);
    });
  }

  const Program& program_;
};

}  // namespace

std::int64_t write_rows(const Program& program, const Chain& chain, std::vector<kernels::ElementwiseKernel>& kernels,
                        std::string& text) {
  const RowProgram rows(program, chain, &kernels);
  rows.write(text);
  return rows.room_bytes();
}

std::optional<std::int64_t> write_tiles(const Program& program, const Chain& chain, std::string& text) {
  const Group& loop = program.groups[static_cast<std::size_t>(chain.end - 1)];
  if (!is_loop_of_rows(program, loop, chain.rows) || would_be_slow(program, loop)) return {};
  const int first = program.groups[static_cast<std::size_t>(chain.begin)].begin;
  const std::optional<Product> product = product_of(program.instructions[static_cast<std::size_t>(first)]);
  const bool are_whole_rows = !product || product->cut().across_n == 1;
  const std::int64_t width = loop.numel / chain.rows;
  // As it is, the loop may be one over any elements, or takes several short rows at once.
  const bool takes_any = part_of(program, loop) == 1;
  if (takes_any || (are_whole_rows && repeated_row(program, loop) == width)) {
    write_loops(program, loop, takes_any ? Extent::parts : Extent::rows, text);
    return loop.block_bytes;
  }
  for (int i = loop.begin; i < loop.end; ++i) {
    if (!row_of(program.instructions[static_cast<std::size_t>(i)], false, chain.rows)) return {};
  }
  const RowProgram rows(program, {Chain::Kind::rows, chain.end - 1, chain.end, chain.rows}, nullptr);
  rows.write_in_parts(width, text);
  return rows.room_bytes();
}

namespace {

// The groups of chains, cut around what is slow: each such instruction comes to be a group of its own. What several of
// the new groups know is no block any more.
Program cut_around_slow(Program program) {
  const std::vector<Group> whole = std::exchange(program.groups, {});
  std::vector<int> place{0};  // of each whole group's first part, and behind the last
  for (std::size_t g = 0; g < whole.size(); ++g) {
    const Group& group = whole[g];
    const bool is_in_chain = chain_of(program, static_cast<int>(g));
    bool was_slow = false;
    for (int i = group.begin; i < group.end; ++i) {
      const bool is_slow_one =
          is_in_chain && group.numel > 0 && is_slow(program, program.instructions[static_cast<std::size_t>(i)]);
      if (i == group.begin || is_slow_one || was_slow) {
        program.groups.push_back(group);
        program.groups.back().begin = i;
      }
      program.groups.back().end = i + 1;
      was_slow = is_slow_one;
    }
    place.push_back(static_cast<int>(program.groups.size()));
  }
  for (Chain& chain : program.chains) {
    chain.begin = place[static_cast<std::size_t>(chain.begin)];
    chain.end = place[static_cast<std::size_t>(chain.end)];
  }
  std::vector<const Group*> knows(program.buffers.size());
  for (const Group& group : program.groups) {
    for_each_access(program, group, [&](const Operand& operand, bool) {
      const auto b = static_cast<std::size_t>(operand.buffer);
      Buffer& buffer = program.buffers[b];
      if (buffer.kind == Buffer::Kind::block && knows[b] && knows[b] != &group) {
        buffer.kind = Buffer::Kind::temporary;
        buffer.place = -1;
      }
      knows[b] = &group;
    });
  }
  return program;
}

}  // namespace
}  // namespace c

Program chain_rows(Program program) {
  program.chains = c::Chains(program).find();
  return c::cut_around_slow(std::move(program));
}

}  // namespace descent::program
