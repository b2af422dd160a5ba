#include <algorithm>
#include <map>
#include <optional>

#include "core/copy.h"
#include "core/elements.h"
#include "program/passes.h"

namespace descent::program {
namespace {

constexpr std::int64_t kShort = 1024;  // elements that are one block in any case
constexpr std::int64_t kFewStreams =
    2;  // a group that reads and writes no more takes in what has nothing to do with it
constexpr std::int64_t kCacheBytes = 24 << 10;  // of a first cache, for the blocks of all streams

// Whether operand `i` can be read element by element along with `output`, or is one element.
bool reads_along(const Instruction& instruction, std::size_t i) {
  const Operand& input = instruction.inputs[i];
  const bool is_condition = static_cast<int>(i) < instruction.op->first_typed_input;
  const DType wanted = is_condition ? boolean : instruction.computes_in;
  if (is_single(input)) {
    if (input.dtype != wanted && is_condition) return false;
  } else if (input.dtype != wanted || !is_row_major(input) || !(input.sizes == instruction.output.sizes)) {
    return false;
  }
  return true;
}

bool same_rows(const Operand& a, const Operand& b) {
  return a.offset == b.offset && size_of(a.dtype) == size_of(b.dtype) && is_row_major(a) && is_row_major(b) &&
         numel_of(a) == numel_of(b);
}

// An instruction that a group can hold: its number of elements.
std::optional<std::int64_t> fusible(const Instruction& instruction) {
  const Operand& output = instruction.output;
  const std::int64_t numel = numel_of(output);
  if (numel == 0 || !is_row_major(output) || !kernel_of(instruction)) return {};
  for (std::size_t i = 0; i < instruction.inputs.size(); ++i) {
    const Operand& input = instruction.inputs[i];
    if (!reads_along(instruction, i) || (overlap(input, output) && !same_rows(input, output))) return {};
  }
  return numel;
}

class Fusion {
 public:
  explicit Fusion(const Program& program) : program_(program), accesses_(program.buffers.size()) {}

  Program run() {
    for (const Instruction& instruction : program_.instructions) place(instruction);
    Program fused = program_;
    fused.instructions.clear();
    fused.groups.clear();
    for (const Members& members : groups_) {
      const auto begin = static_cast<int>(fused.instructions.size());
      for (const Instruction* instruction : members.instructions) fused.instructions.push_back(*instruction);
      fused.groups.push_back(
          {.begin = begin, .end = static_cast<int>(fused.instructions.size()), .numel = members.numel});
    }
    return fused;
  }

 private:
  struct Members {
    std::vector<const Instruction*> instructions;
    std::int64_t numel;        // 0: one instruction, alone
    std::vector<int> streams;  // buffers that it walks along
  };
  struct Access {
    std::size_t group;
    const Operand* operand;
    bool writes;
  };

  template <class Visit>
  static void for_each_access(const Instruction& instruction, const Visit& visit) {
    for (const Operand& input : instruction.inputs) visit(input, false);
    visit(instruction.output, true);
  }

  // Calls visit(access, operand) for each earlier access that must come before the instruction, and why.
  template <class Visit>
  void for_each_conflict(const Instruction& instruction, const Visit& visit) const {
    for_each_access(instruction, [&](const Operand& operand, bool writes) {
      for (const Access& access : accesses_[static_cast<std::size_t>(operand.buffer)]) {
        if ((access.writes || writes) && overlap(*access.operand, operand)) visit(access, operand);
      }
    });
  }

  void place(const Instruction& instruction) {
    const std::optional<std::int64_t> numel = fusible(instruction);
    std::size_t group = groups_.size();
    if (has_effect(instruction)) {
      barrier_ = group + 1;
    } else if (numel) {
      group = group_for(instruction, *numel);
    }
    if (group == groups_.size()) {
      groups_.push_back({{}, numel.value_or(0), {}});
      if (numel) by_numel_[*numel].push_back(group);
    }
    Members& members = groups_[group];
    members.instructions.push_back(&instruction);
    for_each_access(instruction, [&](const Operand& operand, bool writes) {
      accesses_[static_cast<std::size_t>(operand.buffer)].push_back({group, &operand, writes});
      if (members.numel > 1 && !is_single(operand) && !walks(members, operand))
        members.streams.push_back(operand.buffer);
    });
  }

  static bool walks(const Members& members, const Operand& operand) {
    return std::find(members.streams.begin(), members.streams.end(), operand.buffer) != members.streams.end();
  }

  // The latest group that takes the instruction in; a new one if there is none.
  std::size_t group_for(const Instruction& instruction, std::int64_t numel) {
    std::size_t earliest = barrier_;
    for_each_conflict(instruction,
                      [&](const Access& access, const Operand&) { earliest = std::max(earliest, access.group); });
    const std::vector<std::size_t>& alike = by_numel_[numel];
    for (auto group = alike.rbegin(); group != alike.rend() && *group >= earliest; ++group) {
      if (takes(*group, instruction, numel)) return *group;
    }
    return groups_.size();
  }

  bool takes(std::size_t group, const Instruction& instruction, std::int64_t numel) const {
    if (numel <= kShort) return true;  // one block: instruction by instruction, in order
    bool fits = true;
    for_each_conflict(instruction, [&](const Access& access, const Operand& operand) {
      fits = fits && (access.group != group || same_rows(*access.operand, operand));
    });
    if (!fits) return false;
    const Members& members = groups_[group];
    bool meets = static_cast<std::int64_t>(members.streams.size()) <= kFewStreams;
    for_each_access(instruction, [&](const Operand& operand, bool) { meets = meets || walks(members, operand); });
    return meets;
  }

  const Program& program_;
  std::vector<Members> groups_;
  std::vector<std::vector<Access>> accesses_;  // by buffer
  std::map<std::int64_t, std::vector<std::size_t>> by_numel_;
  std::size_t barrier_ = 0;  // no instruction moves before it
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
      const auto meet = [&](const Operand& operand) {
        Life& life = lives[static_cast<std::size_t>(operand.buffer)];
        if (life.group < 0) life.first = i;
        life.alone = life.alone && (life.group < 0 || life.group == static_cast<int>(g)) && group.numel > 0 &&
                     operand.offset == 0 && numel_of(operand) == group.numel && is_row_major(operand);
        life.group = static_cast<int>(g);
        life.last = i;
      };
      for (const Operand& input : instruction.inputs) meet(input);
      meet(instruction.output);
    }
  }
  return lives;
}

// Gives the buffers that a group alone knows their blocks: one is free again after the last instruction that reads it,
// which may write its result there.
void place_blocks(Program& program, const std::vector<Life>& lives, Group& group) {
  std::map<std::size_t, std::vector<std::int64_t>> free;  // by element size
  std::int64_t bytes = 0;                                 // of one element of each block
  for (int i = group.begin; i < group.end; ++i) {
    const Instruction& instruction = program.instructions[static_cast<std::size_t>(i)];
    const auto end_lives = [&](const Operand& operand) {
      Buffer& buffer = program.buffers[static_cast<std::size_t>(operand.buffer)];
      const Life& life = lives[static_cast<std::size_t>(operand.buffer)];
      std::vector<std::int64_t>& places = free[size_of(operand.dtype)];
      const bool is_free = std::find(places.begin(), places.end(), buffer.place) != places.end();
      if (buffer.kind == Buffer::Kind::block && life.last == i && !is_free) places.push_back(buffer.place);
    };
    for (const Operand& input : instruction.inputs) {
      if (input.buffer != instruction.output.buffer) end_lives(input);
    }
    Buffer& buffer = program.buffers[static_cast<std::size_t>(instruction.output.buffer)];
    const Life& life = lives[static_cast<std::size_t>(instruction.output.buffer)];
    if (buffer.kind == Buffer::Kind::temporary && life.alone && life.first == i) {
      const std::size_t size = size_of(instruction.output.dtype);
      std::vector<std::int64_t>& places = free[size];
      buffer.kind = Buffer::Kind::block;
      if (places.empty()) {
        buffer.place = bytes;
        bytes += static_cast<std::int64_t>(size);
      } else {
        buffer.place = places.back();
        places.pop_back();
      }
    }
    end_lives(instruction.output);
  }
  std::int64_t streams = bytes;
  std::vector<int> walked;
  const auto walk = [&](const Operand& operand) {
    const Buffer& buffer = program.buffers[static_cast<std::size_t>(operand.buffer)];
    if (buffer.kind == Buffer::Kind::block || is_single(operand)) return;
    if (std::find(walked.begin(), walked.end(), operand.buffer) != walked.end()) return;
    walked.push_back(operand.buffer);
    streams += static_cast<std::int64_t>(size_of(operand.dtype));
  };
  for (int i = group.begin; i < group.end; ++i) {
    const Instruction& instruction = program.instructions[static_cast<std::size_t>(i)];
    for (const Operand& input : instruction.inputs) walk(input);
    walk(instruction.output);
  }
  const std::int64_t fitting = kCacheBytes / std::max<std::int64_t>(streams, 1) / 64 * 64;
  const bool short_or_one = group.numel <= kShort || group.end - group.begin == 1;
  group.block = short_or_one ? group.numel : std::clamp<std::int64_t>(fitting, 256, 2048);
  group.block_bytes = bytes * ((group.block + 63) / 64 * 64);
}

}  // namespace

kernels::ElementwiseKernel kernel_of(const Instruction& instruction) {
  const Op& op = *instruction.op;
  if (is_copy(op)) return copy_kernel(size_of(instruction.output.dtype));
  if (op.kind != Kind::elementwise) return nullptr;
  if (instruction.output.dtype != (op.to_bool ? boolean : instruction.computes_in)) return nullptr;
  return kernels::elementwise(op.formula, instruction.computes_in);
}

Program fuse(const Program& program) {
  Program fused = Fusion(program).run();
  const std::vector<Life> lives = lives_of(fused);
  for (Group& group : fused.groups) {
    if (group.numel > 0) place_blocks(fused, lives, group);
  }
  return fused;
}

}  // namespace descent::program
