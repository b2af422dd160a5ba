#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "kernels/formula_table.h"
#include "program/passes.h"

namespace descent::program {
namespace {

class Sinking {
 public:
  explicit Sinking(Program program) : program_(std::move(program)) {}

  Program sunk() {
    find_accesses();
    for (int i = static_cast<int>(program_.instructions.size()) - 1; i >= 0; --i) {
      const std::optional<int> to = group_for(i);
      if (!to) continue;
      move(i, *to);
      find_accesses();
      ++i;  // where another has come to stand
    }
    for (int i = static_cast<int>(program_.instructions.size()) - 1; i >= 0; --i) {
      const std::optional<int> to = group_to_repeat_in(i);
      if (!to) continue;
      repeat(i, *to);
      find_accesses();
    }
    return std::move(program_);
  }

 private:
  struct Access {
    int instruction;
    const Operand* operand;
    bool writes;
  };

  const Instruction& instruction(int i) const { return program_.instructions[static_cast<std::size_t>(i)]; }
  const Group& group(int g) const { return program_.groups[static_cast<std::size_t>(g)]; }
  int group_of(int i) const { return group_of_[static_cast<std::size_t>(i)]; }
  const std::vector<Access>& accesses(int buffer) const { return accesses_[static_cast<std::size_t>(buffer)]; }

  void find_accesses() {
    accesses_.assign(program_.buffers.size(), {});
    group_of_.clear();
    for (int g = 0; g < static_cast<int>(program_.groups.size()); ++g) {
      for (int i = group(g).begin; i < group(g).end; ++i) {
        group_of_.push_back(g);
        for_each_access(instruction(i), [&](const Operand& operand, bool writes) {
          accesses_[static_cast<std::size_t>(operand.buffer)].push_back({i, &operand, writes});
        });
      }
    }
  }

  // The loop, after its own, that an instruction may go to and had better: the first that knows what it writes.
  std::optional<int> group_for(int i) const {
    const Group& own = group(group_of(i));
    if (own.numel <= kShortLoop) return {};
    const Operand& output = instruction(i).output;
    for (const Access& access : accesses(output.buffer)) {
      if (access.instruction <= i || !overlap(*access.operand, output)) continue;
      const int to = group_of(access.instruction);
      const bool can = to != group_of(i) && group(to).numel == own.numel && may_go(i, to);
      return can && saves(i, to) ? std::optional(to) : std::nullopt;
    }
    return {};
  }

  // Whether an instruction may come first in a later loop: nothing between stands in its way, and what the loop, which
  // goes block by block, has to do with it, it knows element by element.
  bool may_go(int i, int to) const {
    for (int g = group_of(i); g < to; ++g) {
      if (has_effect(instruction(group(g).begin))) return false;
    }
    return may_see(i, to, instruction(i).output, true) && may_read(i, to);
  }
  bool may_read(int i, int to) const {
    const std::vector<Operand>& inputs = instruction(i).inputs;
    return std::all_of(inputs.begin(), inputs.end(),
                       [&](const Operand& operand) { return may_see(i, to, operand, false); });
  }
  bool may_see(int i, int to, const Operand& operand, bool writes) const {
    const std::vector<Access>& others = accesses(operand.buffer);
    return std::none_of(others.begin(), others.end(), [&](const Access& access) {
      if (access.instruction <= i || access.instruction >= group(to).end) return false;
      const bool is_along = group_of(access.instruction) == to && same_rows(*access.operand, operand);
      return conflict(*access.operand, access.writes, operand, writes) && !is_along;
    });
  }

  // Whether all loops together would then read and write less.
  bool saves(int i, int to) const {
    std::set<int> known;
    for_each_access(instruction(i), [&](const Operand& operand, bool) { known.insert(operand.buffer); });
    std::int64_t before = 0, after = 0;
    for (const int buffer : known) {
      before += bytes(buffer, i, group_of(i), false);
      after += bytes(buffer, i, to, false);
    }
    return after < before;
  }

  // The later loop that had better compute again, from what it knows anyway, what an instruction makes for its own loop
  // and that one.
  std::optional<int> group_to_repeat_in(int i) const {
    const Instruction& made = instruction(i);
    const Operand& output = made.output;
    const std::int64_t numel = group(group_of(i)).numel;
    const bool is_temporary = program_.buffers[static_cast<std::size_t>(output.buffer)].kind == Buffer::Kind::temporary;
    if (numel <= kShortLoop || !is_temporary || !is_arithmetic(made) || has_effect(made)) return {};
    std::optional<int> to;
    bool is_read_here = false;
    for (const Access& access : accesses(output.buffer)) {
      const int g = group_of(access.instruction);
      if (access.writes && access.instruction != i) return {};
      is_read_here = is_read_here || (g == group_of(i) && !access.writes);
      if (g == group_of(i)) continue;
      if ((to && *to != g) || group(g).numel != numel || !same_rows(*access.operand, output)) return {};
      to = g;
    }
    return to && is_read_here && may_read(i, *to) && saves_when_repeated(i, *to) ? to : std::nullopt;
  }

  // What it makes need not be written and read then; what it reads, perhaps, once more.
  bool saves_when_repeated(int i, int to) const {
    std::set<int> known;
    for (const Operand& input : instruction(i).inputs) known.insert(input.buffer);
    std::int64_t saved = 2 * program_.buffers[static_cast<std::size_t>(instruction(i).output.buffer)].bytes;
    for (const int buffer : known) saved += bytes(buffer, i, group_of(i), true) - bytes(buffer, i, to, true);
    return saved > 0;
  }

  // What loops read and write of a buffer if instruction `moved` is the first in loop `to`, and, where it `stays`, in
  // its place too.
  std::int64_t bytes(int buffer, int moved, int to, bool stays) const {
    struct Walk {
      bool reads, writes;
      int first;  // instruction
    };
    std::map<int, Walk> walks;  // by group
    const std::int64_t size = program_.buffers[static_cast<std::size_t>(buffer)].bytes;
    const auto walks_along = [&](const Access& access, int g, int at) {
      Walk& walk = walks.try_emplace(g, Walk{false, false, at}).first->second;
      if (at < walk.first) walk = {false, walk.writes, at};
      if (at == walk.first) walk.reads = walk.reads || !access.writes;
      walk.writes = walk.writes || access.writes;
    };
    for (const Access& access : accesses(buffer)) {
      if (is_single(*access.operand)) continue;
      const int own = group_of(access.instruction);
      const bool is_moved = access.instruction == moved && to != own;
      if (!is_moved || stays) walks_along(access, own, access.instruction);
      if (is_moved) walks_along(access, to, group(to).begin - 1);
    }
    const bool is_block = program_.buffers[static_cast<std::size_t>(buffer)].kind == Buffer::Kind::temporary &&
                          walks.size() == 1 && group(walks.begin()->first).numel > 0;
    if (is_block) return 0;
    std::int64_t count = 0;
    for (const auto& [g, walk] : walks) count += walk.reads + walk.writes;
    return count * size;
  }

  void move(int i, int to) {
    const auto at = program_.instructions.begin() + i;
    std::rotate(at, at + 1, program_.instructions.begin() + group(to).begin);
    for (int g = group_of(i); g < to; ++g) {
      Group& passed = program_.groups[static_cast<std::size_t>(g)];
      if (g > group_of(i)) --passed.begin;
      --passed.end;
    }
    --program_.groups[static_cast<std::size_t>(to)].begin;
    std::erase_if(program_.groups, [](const Group& each) { return each.begin == each.end; });
  }

  void repeat(int i, int to) {
    Instruction again = instruction(i);
    const int before = again.output.buffer, buffer = static_cast<int>(program_.buffers.size());
    program_.buffers.push_back(Buffer(program_.buffers[static_cast<std::size_t>(before)]));
    again.output.buffer = buffer;
    for (int k = group(to).begin; k < group(to).end; ++k) {
      for (Operand& input : program_.instructions[static_cast<std::size_t>(k)].inputs) {
        if (input.buffer == before) input.buffer = buffer;
      }
    }
    program_.instructions.insert(program_.instructions.begin() + group(to).begin, std::move(again));
    for (int g = to; g < static_cast<int>(program_.groups.size()); ++g) {
      if (g > to) ++program_.groups[static_cast<std::size_t>(g)].begin;
      ++program_.groups[static_cast<std::size_t>(g)].end;
    }
  }

  Program program_;
  std::vector<std::vector<Access>> accesses_;  // by buffer, in order
  std::vector<int> group_of_;                  // by instruction
};

}  // namespace

Program sunk(Program program) { return Sinking(std::move(program)).sunk(); }

}  // namespace descent::program
