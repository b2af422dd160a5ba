#include <algorithm>
#include <optional>

#include "kernels/parallel.h"
#include "program/passes.h"
#include "program/product.h"

namespace descent::program {
namespace {

class Tiles {
 public:
  Tiles(Program program, Target target) : program_(std::move(program)), target_(target) {}

  Program chained() {
    for (int g = 0; g < count(); ++g) {
      if (!hands_out_tiles(g) || chain_of(program_, g)) continue;
      const std::optional<int> loop = loop_behind(g);
      const std::optional<int> at = loop ? bring_together(g, *loop) : std::nullopt;
      if (!at) continue;
      const Operand& made = made_by(*at);
      program_.chains.push_back({Chain::Kind::tiles, *at, *at + 2, numel_of(made) / made.sizes.back()});
      share_memory(*at);
      if (*at > g) --g;  // where another has come to stand
    }
    std::sort(program_.chains.begin(), program_.chains.end(),
              [](const Chain& a, const Chain& b) { return a.begin < b.begin; });
    return std::move(program_);
  }

 private:
  int count() const { return static_cast<int>(program_.groups.size()); }
  Group& group(int g) { return program_.groups[static_cast<std::size_t>(g)]; }
  const Group& group(int g) const { return program_.groups[static_cast<std::size_t>(g)]; }
  Instruction& instruction(int i) { return program_.instructions[static_cast<std::size_t>(i)]; }
  const Instruction& instruction(int i) const { return program_.instructions[static_cast<std::size_t>(i)]; }
  Buffer::Kind kind_of(const Operand& operand) const {
    return program_.buffers[static_cast<std::size_t>(operand.buffer)].kind;
  }
  const Operand& made_by(int g) const { return instruction(group(g).begin).output; }

  // Whether a group is an op that hands out tiles, and it is worth to take them: of more than one thread takes of a
  // loop, in enough of them.
  bool hands_out_tiles(int g) const {
    constexpr std::int64_t kManyTiles = 16, kFarBytes = 8 << 20;
    const Instruction& whole = instruction(group(g).begin);
    const std::int64_t numel = numel_of(whole.output);
    if (group(g).numel > 0 || !whole.op->hands_out_tiles || numel <= kernels::kElementGrain) return false;
    if (whole.op->whole != Whole::matmul) return true;  // whole rows
    const std::optional<Product> product = product_of(whole);
    if (!product) return false;
    const kernels::Cut cut = product->cut();
    const std::int64_t tiles = product->batch * cut.across_m * cut.across_n;
    if (tiles < std::min(kManyTiles, numel / kernels::kElementGrain)) return false;
    // Where they are parts of rows, which are short, it must be more than is in a cache in any case; kernels lose by it
    // then.
    return cut.across_n == 1 || (target_ == Target::native && extent_of(whole.output) >= kFarBytes);
  }

  // The first group that has to do with what `g` makes, if it is a loop over its elements which knows them, and writes,
  // one by one. What an error would have to undo is not written while `g` may still ask for memory.
  std::optional<int> loop_behind(int g) const {
    const Operand& made = made_by(g);
    int h = g + 1;
    while (h < count() && !touches(h, made)) ++h;
    if (h == count() || group(h).numel != numel_of(made) || chain_of(program_, h)) return {};
    bool fits = true;
    for_each_access(program_, group(h), [&](const Operand& operand, bool writes) {
      if (overlap(operand, made) && !same_rows(operand, made)) fits = false;
      if (!writes) return;
      if (kind_of(operand) == Buffer::Kind::given || kind_of(operand) == Buffer::Kind::argument) fits = false;
      for (const Operand& input : instruction(group(g).begin).inputs) fits = fits && !overlap(operand, input);
    });
    return fits ? std::optional(h) : std::nullopt;
  }

  bool touches(int g, const Operand& operand) const {
    bool touches = false;
    for_each_access(program_, group(g),
                    [&](const Operand& other, bool) { touches = touches || overlap(operand, other); });
    return touches;
  }

  // Whether the order of two groups matters.
  bool groups_conflict(int g, int h) const {
    bool conflicts = false;
    for_each_access(program_, group(g), [&](const Operand& a, bool a_writes) {
      for_each_access(program_, group(h), [&](const Operand& b, bool b_writes) {
        conflicts = conflicts || conflict(a, a_writes, b, b_writes);
      });
    });
    return conflicts;
  }

  // Moves loop `h` up to `g`, or `g` down to the loop, if nothing between stands in the way; where `g` stands then.
  std::optional<int> bring_together(int g, int h) {
    bool can_rise = true, can_sink = true;
    for (int between = g + 1; between < h; ++between) {
      if (has_effect(instruction(group(between).begin))) return {};
      can_rise = can_rise && !groups_conflict(between, h);
      can_sink = can_sink && !groups_conflict(g, between);
    }
    if (can_rise) {
      rotate(g + 1, h, h + 1);
      return g;
    }
    if (!can_sink) return {};
    rotate(g, g + 1, h);
    return h - 1;
  }

  // As std::rotate does, groups `middle` to `end` come to stand before groups `begin` to `middle`.
  void rotate(int begin, int middle, int end) {
    if (begin == middle || middle == end) return;
    const int first = group(begin).begin, split = group(middle).begin, last = group(end - 1).end;
    std::rotate(program_.instructions.begin() + first, program_.instructions.begin() + split,
                program_.instructions.begin() + last);
    std::rotate(program_.groups.begin() + begin, program_.groups.begin() + middle, program_.groups.begin() + end);
    int at = first;
    for (int g = begin; g < end; ++g) {
      const int size = group(g).end - group(g).begin;
      group(g).begin = at;
      group(g).end = at += size;
    }
    for (Chain& chain : program_.chains) {
      if (chain.begin < begin || chain.begin >= end) continue;
      const int by = chain.begin < middle ? end - middle : begin - middle;
      chain.begin += by;
      chain.end += by;
    }
  }

  // Lets `g` write where the loop behind it writes in turn, if its own memory is nobody else's.
  void share_memory(int g) {
    const Operand made = made_by(g);
    if (kind_of(made) != Buffer::Kind::temporary) return;
    for (int other = 0; other < count(); ++other) {
      if (other != g && other != g + 1 && touches(other, made)) return;
    }
    const Group& loop = group(g + 1);
    int last = loop.begin;  // that reads it
    for (int i = loop.begin; i < loop.end; ++i) {
      for (const Operand& input : instruction(i).inputs) last = input.buffer == made.buffer ? i : last;
    }
    for (int i = last; i < loop.end; ++i) {
      const Operand output = instruction(i).output;
      const bool takes = kind_of(output) == Buffer::Kind::temporary || kind_of(output) == Buffer::Kind::result;
      if (!takes || instruction(i).in_place || output.dtype != made.dtype || output.offset != made.offset ||
          program_.buffers[static_cast<std::size_t>(output.buffer)].bytes !=
              program_.buffers[static_cast<std::size_t>(made.buffer)].bytes)
        continue;
      instruction(i).in_place = true;
      for (int j = group(g).begin; j < loop.end; ++j) {
        for (Operand& input : instruction(j).inputs) move(input, made.buffer, output.buffer);
        move(instruction(j).output, made.buffer, output.buffer);
      }
      return;
    }
  }

  static void move(Operand& operand, int from, int to) {
    if (operand.buffer == from) operand.buffer = to;
  }

  Program program_;
  const Target target_;
};

}  // namespace

Program chain_tiles(Program program, Target target) { return Tiles(std::move(program), target).chained(); }

}  // namespace descent::program
