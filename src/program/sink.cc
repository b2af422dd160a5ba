#include <algorithm>
#include <map>
#include <optional>
#include <set>

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
    bool may_go = true;
    for_each_access(instruction(i), [&](const Operand& operand, bool writes) {
      for (const Access& access : accesses(operand.buffer)) {
        if (access.instruction <= i || access.instruction >= group(to).end) continue;
        const bool is_along = group_of(access.instruction) == to && same_rows(*access.operand, operand);
        if (conflict(*access.operand, access.writes, operand, writes) && !is_along) may_go = false;
      }
    });
    return may_go;
  }

  // Whether all loops together would then read and write less.
  bool saves(int i, int to) const {
    std::set<int> known;
    for_each_access(instruction(i), [&](const Operand& operand, bool) { known.insert(operand.buffer); });
    std::int64_t before = 0, after = 0;
    for (const int buffer : known) {
      before += bytes(buffer, i, group_of(i));
      after += bytes(buffer, i, to);
    }
    return after < before;
  }

  // What loops read and write of a buffer if instruction `moved`, the first of them there, is in loop `to`.
  std::int64_t bytes(int buffer, int moved, int to) const {
    struct Walk {
      bool reads, writes;
      int first;  // instruction
    };
    std::map<int, Walk> walks;  // by group
    const std::int64_t size = program_.buffers[static_cast<std::size_t>(buffer)].bytes;
    for (const Access& access : accesses(buffer)) {
      if (is_single(*access.operand)) continue;
      const int g = access.instruction == moved ? to : group_of(access.instruction);
      const int at = access.instruction == moved && g != group_of(moved) ? group(g).begin - 1 : access.instruction;
      Walk& walk = walks.try_emplace(g, Walk{false, false, at}).first->second;
      if (at < walk.first) walk = {false, walk.writes, at};
      if (at == walk.first) walk.reads = walk.reads || !access.writes;
      walk.writes = walk.writes || access.writes;
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

  Program program_;
  std::vector<std::vector<Access>> accesses_;  // by buffer, in order
  std::vector<int> group_of_;                  // by instruction
};

}  // namespace

Program sunk(Program program) { return Sinking(std::move(program)).sunk(); }

}  // namespace descent::program
