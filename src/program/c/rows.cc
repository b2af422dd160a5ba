#include "program/c/rows.h"

#include <algorithm>
#include <map>
#include <optional>

#include "kernels/parallel.h"
#include "program/c/formula.h"
#include "program/c/loops.h"
#include "program/c/whole.h"
#include "program/passes.h"
#include "program/product.h"

namespace descent::program {
namespace c {
namespace {

// An operand as one row sees it: `operand` is that of row 0, each other row lies `step` bytes after the one before.
struct Row {
  Operand operand;
  std::int64_t step;
};

// One of `rows` rows of an operand, seen in `shape`, if each is evenly spaced and so are they.
std::optional<Row> row_of(const Operand& operand, const Dims& shape, std::int64_t rows) {
  const std::int64_t width = numel_of(shape) / rows;
  const auto size = static_cast<std::int64_t>(size_of(operand.dtype));
  std::vector<SizeAndStride> dims = joined_dims(operand, shape);
  Row row{operand, 0};
  std::int64_t stride = 0;
  if (width > 1) {
    auto& [count, inner] = dims.front();
    if (count % width != 0) return {};
    stride = inner;
    // What is left of the dimension is rows.
    if (count > width)
      dims.front() = {count / width, inner * width};
    else
      dims.erase(dims.begin());
  }
  if (dims.size() > 1) return {};
  if (!dims.empty()) {
    if (dims[0].first != rows) return {};
    row.step = dims[0].second * size;
  }
  row.operand.sizes = Dims(width);
  row.operand.strides = Dims(stride);
  return row;
}

struct RowInstruction {
  std::vector<Row> inputs;
  Row output;
};

// An instruction as one row sees it, if it can be.
std::optional<RowInstruction> row_of(const Instruction& instruction, bool is_reduction, std::int64_t rows) {
  const Operand& output = instruction.output;
  if (numel_of(output) % rows != 0) return {};
  RowInstruction result;
  const std::optional<Row> written = row_of(output, output.sizes, rows);
  if (!written) return {};
  result.output = *written;
  for (const Operand& input : instruction.inputs) {
    std::optional<Row> row;
    if (is_reduction)
      row = row_of(input, input.sizes, rows);
    else if (is_single(input))
      row = Row{input, 0};
    else
      row = row_of(input, output.sizes, rows);
    if (!row) return {};
    result.inputs.push_back(*row);
  }
  return result;
}

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

// Whether the elements of a group are rows that can be run apart from the others.
bool is_loop_of_rows(const Program& program, const Group& group, std::int64_t rows) {
  return group.numel % rows == 0 && is_written(program, group) && !would_be_slow(program, group) &&
         part_of(program, group) > 0;
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

// A chain as the program of one of its rows, whose buffers are the ways in which rows see the buffers of the whole.
class RowProgram {
 public:
  RowProgram(const Program& whole, const Chain& chain)
      : whole_(whole), chain_(chain), known_outside_(whole.buffers.size()) {
    const auto count = static_cast<int>(whole.groups.size());
    for (int g = 0; g < count; ++g) {
      if (g >= chain.begin && g < chain.end) continue;
      const Group& group = whole.groups[static_cast<std::size_t>(g)];
      for (int i = group.begin; i < group.end; ++i) {
        for_each_access(instruction(i), [&](const Operand& operand, bool) {
          known_outside_[static_cast<std::size_t>(operand.buffer)] = true;
        });
      }
    }
    for (int g = chain.begin; g < chain.end; ++g) add(whole.groups[static_cast<std::size_t>(g)]);
  }

  /// Of rows `begin` to `end`.
  void write(std::string& text) const {
    text += "  for (int64_t row = begin; row < end; ++row) {\n";
    write_row(Extent::all, text);
    text += "  }\n";
  }

  /// Of elements `begin` to `end` of rows of `width`.
  void write_in_parts(std::int64_t width, std::string& text) const {
    text += concat("  for (int64_t next; begin < end; begin = next) {\n  const int64_t row = begin / ", width,
                   ", past = (row + 1) * ", width, ";\n  next = end < past ? end : past;\n");
    text += concat("  const int64_t first = begin - row * ", width, ", last = next - row * ", width,
                   ";\n  {\n  const int64_t begin = first, end = last;\n");
    write_row(Extent::parts, text);
    text += "  }\n  }\n";
  }

  std::int64_t room_bytes() const { return room_; }

 private:
  const Instruction& instruction(int i) const { return whole_.instructions[static_cast<std::size_t>(i)]; }

  void write_row(Extent extent, std::string& text) const {
    text += "  unsigned char *const rows[] = {\n";
    for (const std::string& place : places_) text += "    " + place + ",\n";
    text += "  };\n  {\n  unsigned char *const *const memory = rows;\n";
    for (const Group& group : program_.groups) {
      if (group.numel > 0)
        write_loops(program_, group, extent, text);
      else
        write_whole(program_.instructions[static_cast<std::size_t>(group.begin)], text);
    }
    text += "  }\n";
  }

  void add(const Group& group) {
    Group row_group{.begin = static_cast<int>(program_.instructions.size()), .end = 0};
    for (int i = group.begin; i < group.end; ++i) {
      Instruction row = instruction(i);
      const RowInstruction seen = *row_of(row, group.numel == 0, chain_.rows);
      for (std::size_t k = 0; k < row.inputs.size(); ++k) row.inputs[k] = operand_of(seen.inputs[k]);
      row.output = operand_of(seen.output);
      if (group.numel == 0) {
        row.attributes.set = {1};
        row.output.sizes = row.output.strides = Dims();
      }
      program_.instructions.push_back(row);
    }
    row_group.end = static_cast<int>(program_.instructions.size());
    row_group.numel = group.numel / chain_.rows;
    program_.groups.push_back(row_group);
  }

  Operand operand_of(const Row& row) {
    Operand operand = row.operand;
    const Buffer& buffer = whole_.buffers[static_cast<std::size_t>(operand.buffer)];
    const auto [entry, is_new] = buffers_.try_emplace({operand.buffer, row.step}, static_cast<int>(places_.size()));
    operand.buffer = entry->second;
    if (!is_new) return operand;
    program_.buffers.push_back(buffer);
    program_.buffers.back().index = 0;
    // A temporary that nobody outside knows is one row long.
    const bool is_local =
        buffer.kind == Buffer::Kind::temporary && !known_outside_[static_cast<std::size_t>(row.operand.buffer)];
    if (is_local) {
      places_.push_back(concat("room_", size_of(operand.dtype), " + ", room_));
      room_ += (row.step + 63) / 64 * 64;
    } else if (buffer.kind == Buffer::Kind::block) {
      places_.emplace_back("0");
    } else {
      places_.push_back(concat("memory[", row.operand.buffer, "] + row * ", row.step));
    }
    return operand;
  }

  const Program& whole_;
  const Chain chain_;
  std::vector<bool> known_outside_;  // by buffer of the whole
  Program program_;
  std::vector<std::string> places_;  // by buffer of the row's program
  std::map<std::pair<int, std::int64_t>, int> buffers_;
  std::int64_t room_ = 0;
};

}  // namespace

bool would_be_slow(const Program& program, const Group& group) {
  constexpr std::int64_t kFew = 16;
  if (group.numel <= kFew) return false;
  for (int i = group.begin; i < group.end; ++i) {
    const Instruction& instruction = program.instructions[static_cast<std::size_t>(i)];
    // Of a constant exponent's conditions nothing is left.
    const bool is_simple =
        instruction.op->kind == Kind::elementwise && instruction.op->formula == kernels::Formula::pow &&
        program.buffers[static_cast<std::size_t>(instruction.inputs[1].buffer)].kind == Buffer::Kind::constant;
    if (instruction.op->kind == Kind::elementwise && !is_simple &&
        is_slow_in_c(instruction.op->formula, instruction.computes_in))
      return true;
  }
  return false;
}

std::int64_t write_rows(const Program& program, const Chain& chain, std::string& text) {
  const RowProgram rows(program, chain);
  rows.write(text);
  return rows.room_bytes();
}

std::optional<std::int64_t> write_tiles(const Program& program, const Chain& chain, std::string& text) {
  const Group& loop = program.groups[static_cast<std::size_t>(chain.end - 1)];
  if (!is_loop_of_rows(program, loop, chain.rows)) return {};
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
  const RowProgram rows(program, {Chain::Kind::rows, chain.end - 1, chain.end, chain.rows});
  rows.write_in_parts(width, text);
  return rows.room_bytes();
}

}  // namespace c

Program chain_rows(Program program) {
  program.chains = c::Chains(program).find();
  return program;
}

}  // namespace descent::program
