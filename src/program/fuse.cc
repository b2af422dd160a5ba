#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <optional>

#include "core/copy.h"
#include "core/elements.h"
#include "program/passes.h"

namespace descent::program {
namespace {

constexpr std::int64_t kCacheBytes = 24 << 10;  // of a first cache, for a block of each operand

// Whether the kernel can take operand `i`: of its dtype, or one number, which is converted.
bool has_dtype(const Instruction& instruction, std::size_t i) {
  const Operand& input = instruction.inputs[i];
  const bool is_condition = static_cast<int>(i) < instruction.op->first_typed_input;
  return input.dtype == (is_condition ? boolean : instruction.computes_in) || (is_single(input) && !is_condition);
}

// The number of elements of an instruction that a group can hold.
std::optional<std::int64_t> fusible(const Instruction& instruction) {
  const Operand& output = instruction.output;
  const std::int64_t numel = numel_of(output);
  if (numel == 0 || !is_row_major(output) || !kernel_of(instruction)) return {};
  for (std::size_t i = 0; i < instruction.inputs.size(); ++i) {
    const Operand& input = instruction.inputs[i];
    if (!has_dtype(instruction, i) || (overlap(input, output) && !same_rows(input, output))) return {};
  }
  return numel;
}

// Calls visit(buffer) for each that the instruction walks along, element by element.
template <class Visit>
void for_each_stream(const Instruction& instruction, const Visit& visit) {
  for (const Operand& input : instruction.inputs) {
    if (!is_single(input) && reads_along(input, instruction.output)) visit(input.buffer);
  }
  visit(instruction.output.buffer);
}

// Which of the long instructions have to do with each other: those that walk along a buffer together, and those that
// these have to do with. An update of one parameter is such a chain; that of another, of the same size, is another.
std::vector<int> chains_of(const Program& program) {
  std::vector<int> parents(program.instructions.size());
  std::iota(parents.begin(), parents.end(), 0);
  const auto root = [&](int i) {
    while (parents[static_cast<std::size_t>(i)] != i)
      i = parents[static_cast<std::size_t>(i)] =
          parents[static_cast<std::size_t>(parents[static_cast<std::size_t>(i)])];
    return i;
  };
  std::map<std::pair<int, std::int64_t>, int> first;  // by buffer and number of elements
  for (std::size_t i = 0; i < parents.size(); ++i) {
    const std::optional<std::int64_t> numel = fusible(program.instructions[i]);
    if (!numel || *numel <= kShortLoop) continue;
    for_each_stream(program.instructions[i], [&](int buffer) {
      const int other = first.try_emplace({buffer, *numel}, static_cast<int>(i)).first->second;
      parents[static_cast<std::size_t>(root(static_cast<int>(i)))] = root(other);
    });
  }
  for (std::size_t i = 0; i < parents.size(); ++i) parents[i] = root(static_cast<int>(i));
  return parents;
}

class Fusion {
 public:
  explicit Fusion(const Program& program)
      : program_(program), chains_(chains_of(program)), accesses_(program.buffers.size()) {}

  Program run() {
    for (std::size_t i = 0; i < program_.instructions.size(); ++i) place(i);
    Program fused = program_;
    fused.instructions.clear();
    fused.groups.clear();
    for (const Members* members : order_) {
      const auto begin = static_cast<int>(fused.instructions.size());
      for (const std::size_t i : members->instructions) fused.instructions.push_back(program_.instructions[i]);
      fused.groups.push_back(
          {.begin = begin, .end = static_cast<int>(fused.instructions.size()), .numel = members->numel});
    }
    return fused;
  }

 private:
  struct Members {
    std::vector<std::size_t> instructions;
    std::int64_t numel;    // 0: one instruction, alone
    int chain;             // of long ones
    std::size_t position;  // in order_
    bool is_short;         // alone, with a short result
  };
  struct Access {
    const Members* group;
    const Operand* operand;
    bool writes;
  };

  // Calls visit(access, operand) for each earlier access that must come before the instruction's.
  template <class Visit>
  void for_each_conflict(const Instruction& instruction, const Visit& visit) const {
    for_each_access(instruction, [&](const Operand& operand, bool writes) {
      for (const Access& access : accesses_[static_cast<std::size_t>(operand.buffer)]) {
        if (conflict(*access.operand, access.writes, operand, writes)) visit(access, operand);
      }
    });
  }

  void place(std::size_t i) {
    const Instruction& instruction = program_.instructions[i];
    const std::optional<std::int64_t> numel = fusible(instruction);
    const bool is_fixed = has_effect(instruction);
    Members& group = is_fixed ? new_group(i, numel.value_or(0), order_.size())
                     : numel  ? group_for(i, *numel)
                              : new_group(i, 0, place_for(i, numel_of(instruction.output)));
    if (is_fixed) barrier_ = order_.size();
    group.instructions.push_back(i);
    for_each_access(instruction, [&](const Operand& operand, bool writes) {
      accesses_[static_cast<std::size_t>(operand.buffer)].push_back({&group, &operand, writes});
    });
  }

  Members& new_group(std::size_t i, std::int64_t numel, std::size_t position) {
    const bool is_short = numel == 0 && numel_of(program_.instructions[i].output) <= kShortLoop;
    groups_.push_back({{}, numel, chains_[i], position, is_short});
    order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(position), &groups_.back());
    for (std::size_t p = position; p < order_.size(); ++p) order_[p]->position = p;
    return groups_.back();
  }

  // Where a group of its own goes: at the end, or as early as it can, if what it makes is short, such as the numbers
  // that an update hangs on. So it does not part what stands before and after it, and a sum follows what it adds up.
  std::size_t place_for(std::size_t i, std::int64_t numel) const {
    bool is_empty = false;  // what has no elements overlaps with nothing, yet comes after who makes it
    for_each_access(program_.instructions[i],
                    [&](const Operand& operand, bool) { is_empty = is_empty || numel_of(operand) == 0; });
    if (numel > kShortLoop || is_empty) return order_.size();
    std::size_t after = barrier_;
    for_each_conflict(program_.instructions[i], [&](const Access& access, const Operand&) {
      after = std::max(after, access.group->position + 1);
    });
    // Behind others of the kind: what hangs on several sums is then behind all of them, and one group.
    while (after < order_.size() && order_[after]->is_short) ++after;
    return after;
  }

  // The latest group that takes the instruction in, of short ones the first, so that nothing long waits for what could
  // be known before; a new one if there is none.
  Members& group_for(std::size_t i, std::int64_t numel) {
    std::size_t earliest = barrier_;
    for_each_conflict(program_.instructions[i], [&](const Access& access, const Operand&) {
      earliest = std::max(earliest, access.group->position);
    });
    const std::size_t end = order_.size();
    for (std::size_t k = earliest; k < end; ++k) {
      Members& group = *order_[numel <= kShortLoop ? k : end - 1 - (k - earliest)];
      if (group.numel == numel && takes(group, i, numel)) return group;
    }
    return new_group(i, numel, place_for(i, numel));
  }

  bool takes(const Members& group, std::size_t i, std::int64_t numel) const {
    if (numel <= kShortLoop) return true;  // one block: instruction by instruction, in order
    bool fits = group.chain == chains_[i];
    for_each_conflict(program_.instructions[i], [&](const Access& access, const Operand& operand) {
      fits = fits && (access.group != &group || same_rows(*access.operand, operand));
    });
    return fits;
  }

  const Program& program_;
  const std::vector<int> chains_;  // by instruction
  std::deque<Members> groups_;
  std::vector<Members*> order_;
  std::vector<std::vector<Access>> accesses_;  // by buffer
  std::size_t barrier_ = 0;                    // no instruction moves before this position
};

// What stands of a buffer in one group.
struct Life {
  int group = -1;
  int first = 0;
  int last = 0;
  bool alone = true;  // no other group knows it, and each instruction sees it in whole rows
};

std::vector<Life> lives_of(const Program& program) {
  std::vector<Life> lives(program.buffers.size());
  for (std::size_t g = 0; g < program.groups.size(); ++g) {
    const Group& group = program.groups[g];
    for (int i = group.begin; i < group.end; ++i) {
      const Instruction& instruction = program.instructions[static_cast<std::size_t>(i)];
      for_each_access(instruction, [&](const Operand& operand, bool) {
        Life& life = lives[static_cast<std::size_t>(operand.buffer)];
        if (life.group < 0) life.first = i;
        life.alone = life.alone && (life.group < 0 || life.group == static_cast<int>(g)) && group.numel > 0 &&
                     operand.offset == 0 && numel_of(operand) == group.numel && is_row_major(operand) &&
                     (is_single(operand) || reads_along(operand, instruction.output));
        life.group = static_cast<int>(g);
        life.last = i;
      });
    }
  }
  return lives;
}

// Gives the buffers that a group alone knows their blocks: one is free again after the last instruction that reads it,
// which may write its result there.
class Blocks {
 public:
  Blocks(Program& program, const std::vector<Life>& lives, Group& group)
      : program_(program), lives_(lives), group_(group) {}

  void place() {
    for (int i = group_.begin; i < group_.end; ++i) {
      const Instruction& instruction = program_.instructions[static_cast<std::size_t>(i)];
      for (const Operand& input : instruction.inputs) {
        if (input.buffer != instruction.output.buffer) end(input, i);
      }
      begin(instruction.output, i);
      end(instruction.output, i);
    }
    const std::int64_t gathered = gathered_bytes();
    const std::int64_t fitting = kCacheBytes / std::max<std::int64_t>(bytes_ + gathered + stream_bytes(), 1) / 64 * 64;
    const bool is_one = group_.end - group_.begin == 1 && gathered == 0;
    group_.block = group_.numel <= kShortLoop || is_one ? group_.numel : std::clamp<std::int64_t>(fitting, 256, 2048);
    group_.gather_place = bytes_ * group_.capacity();
    group_.block_bytes = (bytes_ + gathered) * group_.capacity();
  }

 private:
  Buffer& buffer_of(const Operand& operand) { return program_.buffers[static_cast<std::size_t>(operand.buffer)]; }
  const Life& life_of(const Operand& operand) const { return lives_[static_cast<std::size_t>(operand.buffer)]; }

  void begin(const Operand& output, int i) {
    Buffer& buffer = buffer_of(output);
    if (buffer.kind != Buffer::Kind::temporary || !life_of(output).alone || life_of(output).first != i) return;
    buffer.kind = Buffer::Kind::block;
    std::vector<std::int64_t>& places = free_[size_of(output.dtype)];
    if (places.empty()) {
      buffer.place = bytes_;
      bytes_ += static_cast<std::int64_t>(size_of(output.dtype));
    } else {
      buffer.place = places.back();
      places.pop_back();
    }
  }

  void end(const Operand& operand, int i) {
    const Buffer& buffer = buffer_of(operand);
    if (buffer.kind != Buffer::Kind::block || life_of(operand).last != i) return;
    std::vector<std::int64_t>& places = free_[size_of(operand.dtype)];
    if (std::find(places.begin(), places.end(), buffer.place) == places.end()) places.push_back(buffer.place);
  }

  // Of one element of each input that an instruction has gathered; the next one has the same room.
  std::int64_t gathered_bytes() const {
    std::int64_t most = 0;
    for (int i = group_.begin; i < group_.end; ++i) {
      const Instruction& instruction = program_.instructions[static_cast<std::size_t>(i)];
      std::int64_t bytes = 0;
      for (const Operand& input : instruction.inputs) {
        if (!reads_along(input, instruction.output)) bytes += static_cast<std::int64_t>(kMaxElementSize);
      }
      most = std::max(most, bytes);
    }
    return most;
  }

  // Of one element of each buffer in memory that the group walks along.
  std::int64_t stream_bytes() {
    std::int64_t bytes = 0;
    std::vector<int> met;
    for (int i = group_.begin; i < group_.end; ++i) {
      const Instruction& instruction = program_.instructions[static_cast<std::size_t>(i)];
      for_each_stream(instruction, [&](int b) {
        if (program_.buffers[static_cast<std::size_t>(b)].kind == Buffer::Kind::block) return;
        if (std::find(met.begin(), met.end(), b) != met.end()) return;
        met.push_back(b);
        bytes += static_cast<std::int64_t>(size_of(instruction.computes_in));
      });
    }
    return bytes;
  }

  Program& program_;
  const std::vector<Life>& lives_;
  Group& group_;
  std::int64_t bytes_ = 0;                                 // of one element of each block
  std::map<std::size_t, std::vector<std::int64_t>> free_;  // places, by element size
};

}  // namespace

kernels::ElementwiseKernel kernel_of(const Instruction& instruction) {
  const Op& op = *instruction.op;
  if (is_copy(op)) return copy_kernel(size_of(instruction.output.dtype));
  if (op.kind != Kind::elementwise) return nullptr;
  if (instruction.output.dtype != (op.to_bool ? boolean : instruction.computes_in)) return nullptr;
  return kernels::elementwise(op.formula, instruction.computes_in);
}

Program fuse(const Program& program) {
  Program fused = sunk(Fusion(program).run());
  const std::vector<Life> lives = lives_of(fused);
  for (Group& group : fused.groups) {
    if (group.numel > 0) Blocks(fused, lives, group).place();
  }
  return fused;
}

}  // namespace descent::program
