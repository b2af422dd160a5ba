#include <algorithm>

#include "program/passes.h"

namespace descent::program {
namespace {

class Verifier {
 public:
  Verifier(const Program& program, const char* after) : program_(program), after_(after) {}

  void run() {
    for (std::size_t b = 0; b < program_.buffers.size(); ++b) {
      written_.push_back(program_.buffers[b].kind != Buffer::Kind::temporary &&
                         program_.buffers[b].kind != Buffer::Kind::block &&
                         program_.buffers[b].kind != Buffer::Kind::result);
    }
    for (at_ = 0; at_ < program_.instructions.size(); ++at_) check(program_.instructions[at_]);
    for (const Operand& result : program_.results) {
      check(result);
      if (!written_[static_cast<std::size_t>(result.buffer)]) complain("a result was never written");
      if (buffer_of(result).kind == Buffer::Kind::temporary || buffer_of(result).kind == Buffer::Kind::block)
        complain("a result lies in memory that the program gives up");
    }
    if (!program_.groups.empty()) check_groups();
    if (program_.arena_bytes > 0) check_places();
  }

 private:
  template <class... Parts>
  [[noreturn]] void complain(const Parts&... parts) const {
    fail("after ", after_, ", instruction ", at_, " of a program: ", parts..., "\n", to_string(program_));
  }

  const Buffer& buffer_of(const Operand& operand) const {
    return program_.buffers[static_cast<std::size_t>(operand.buffer)];
  }

  void check(const Operand& operand) const {
    if (operand.buffer < 0 || operand.buffer >= static_cast<int>(program_.buffers.size()))
      complain("there is no buffer ", operand.buffer);
    if (operand.sizes.size() != operand.strides.size()) complain("a stride is missing");
    const std::int64_t extent = extent_of(operand);
    if (operand.offset < 0 || (extent > 0 && operand.offset + extent > buffer_of(operand).bytes))
      complain("an operand reaches beyond buffer ", operand.buffer);
  }

  void check(const Instruction& instruction) {
    for (const Operand& input : instruction.inputs) {
      check(input);
      if (!written_[static_cast<std::size_t>(input.buffer)])
        complain("buffer ", input.buffer, " is read before it is written");
    }
    check(instruction.output);
    if (buffer_of(instruction.output).kind == Buffer::Kind::constant) complain("a constant is written");
    const auto output = static_cast<std::size_t>(instruction.output.buffer);
    if (instruction.in_place != written_[output])
      complain(instruction.in_place ? "in place, but buffer " : "not in place, but buffer ", output,
               instruction.in_place ? " was not made" : " was made before");
    written_[output] = true;
    if (instruction.op->kind != Kind::elementwise) return;
    for (const Operand& input : instruction.inputs) {
      for (int d = 1; d <= input.sizes.size(); ++d) {
        const std::int64_t size = input.sizes[input.sizes.size() - d];
        const std::int64_t wanted =
            d <= instruction.output.sizes.size() ? instruction.output.sizes[instruction.output.sizes.size() - d] : 1;
        if (size != 1 && size != wanted) complain("shape ", input.sizes, " does not fit ", instruction.output.sizes);
      }
    }
  }

  void check_groups() {
    int next = 0;
    for (const Group& group : program_.groups) {
      at_ = static_cast<std::size_t>(group.begin);
      if (group.begin != next || group.end <= group.begin) complain("the groups do not follow one another");
      next = group.end;
      if (group.numel == 0 && group.end - group.begin != 1) complain("a group of no elements has several instructions");
      if (group.numel == 0) continue;
      for (at_ = static_cast<std::size_t>(group.begin); at_ < static_cast<std::size_t>(group.end); ++at_) {
        const Instruction& instruction = program_.instructions[at_];
        if (!kernel_of(instruction)) complain("a group holds ", instruction.op->name, ", which has no kernel");
        if (numel_of(instruction.output) != group.numel || !is_row_major(instruction.output))
          complain("an output is not the ", group.numel, " elements of its group, row by row");
      }
    }
    at_ = program_.instructions.size();
    if (next != static_cast<int>(program_.instructions.size())) complain("not all instructions are in groups");
  }

  void check_tiles(const Chain& chain) {
    const Group& whole = program_.groups[static_cast<std::size_t>(chain.begin)];
    const Group& loop = program_.groups[static_cast<std::size_t>(chain.end - 1)];
    at_ = static_cast<std::size_t>(whole.begin);
    const Instruction& instruction = program_.instructions[at_];
    if (chain.end - chain.begin != 2 || whole.numel != 0 || loop.numel != numel_of(instruction.output) ||
        !instruction.op->hands_out_tiles)
      complain("a chain of tiles is not of an op that hands them out and a loop over its elements");
    for (at_ = static_cast<std::size_t>(loop.begin); at_ < static_cast<std::size_t>(loop.end); ++at_) {
      for_each_access(program_.instructions[at_], [&](const Operand& operand, bool writes) {
        if (overlap(operand, instruction.output) && !same_rows(operand, instruction.output))
          complain("a loop knows elements of tiles in another order");
        for (const Operand& input : instruction.inputs) {
          if (writes && overlap(operand, input)) complain("a loop writes what an op still reads that hands out tiles");
        }
      });
    }
  }

  // No two temporaries that live at the same time share memory.
  void check_places() {
    struct Life {
      std::int64_t begin, end;
      int first = -1, last = -1;
    };
    std::vector<Life> lives(program_.buffers.size());
    std::vector<std::pair<int, int>> times;  // by group
    for (std::size_t g = 0; g < program_.groups.size(); ++g) times.emplace_back(g, g);
    int free = 0;
    for (const Chain& chain : program_.chains) {
      if (chain.begin < free || chain.end <= chain.begin || chain.end > static_cast<int>(times.size()))
        complain("a chain is not of groups that follow each other");
      free = chain.end;
      if (chain.kind == Chain::Kind::tiles) check_tiles(chain);
      std::fill(times.begin() + chain.begin, times.begin() + chain.end, std::pair(chain.begin, chain.end - 1));
    }
    for (std::size_t g = 0; g < program_.groups.size(); ++g) {
      for_each_access(program_, program_.groups[g], [&](const Operand& operand, bool) {
        Life& life = lives[static_cast<std::size_t>(operand.buffer)];
        if (life.first < 0) life.first = times[g].first;
        life.last = std::max(life.last, times[g].second);
      });
    }
    std::vector<std::size_t> placed;
    for (std::size_t b = 0; b < lives.size(); ++b) {
      const Buffer& buffer = program_.buffers[b];
      if (buffer.kind != Buffer::Kind::temporary || lives[b].first < 0) continue;
      lives[b].begin = buffer.place;
      lives[b].end = buffer.place + buffer.bytes;
      if (buffer.place < 0 || lives[b].end > program_.arena_bytes) complain("buffer ", b, " has no place in the arena");
      for (const std::size_t other : placed) {
        const bool meet = lives[b].first <= lives[other].last && lives[other].first <= lives[b].last;
        if (meet && lives[b].begin < lives[other].end && lives[other].begin < lives[b].end)
          complain("buffers ", b, " and ", other, " share memory while both live");
      }
      placed.push_back(b);
    }
  }

  const Program& program_;
  const char* after_;
  std::size_t at_ = 0;
  std::vector<bool> written_;  // by buffer
};

}  // namespace

void verify(const Program& program, const char* after) { Verifier(program, after).run(); }

}  // namespace descent::program
