// A step as plain data: a flat list of instructions over memory, with no tensor and no closure. docs/program.md
// specifies what must hold of one; verify() holds a program to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/op.h"

namespace descent::program {

/// Memory that instructions read and write. No two buffers share any of it, but for temporaries and blocks whose lives
/// do not meet.
struct Buffer {
  enum class Kind : std::uint8_t {
    given,      // of a tensor that was there before the step: a parameter, state, an option
    argument,   // of a tensor that each run is handed
    constant,   // a number
    result,     // of tensors that a run hands out, new in each
    temporary,  // in the arena
    block,      // of one group of instructions, which holds a block of its elements at a time
  };
  Kind kind;
  int index = 0;                                   // given, argument, result: which
  std::int64_t bytes = 0;                          // block: of all elements
  std::int64_t place = -1;                         // temporary: where in the arena; block: which of the group's blocks
  alignas(8) std::byte number[kMaxElementSize]{};  // constant
};

/// A part of a buffer, seen as a tensor.
struct Operand {
  int buffer = -1;
  std::int64_t offset = 0;  // of element 0, in bytes
  DType dtype = DType::float32;
  bool is_number = false;  // gives way in promotion
  Dims sizes;
  Dims strides;

  friend bool operator==(const Operand&, const Operand&) = default;
};

/// One application of an op. `output` is written: all of it, unless the op is in place and of Kind::write, which may
/// leave elements as they are.
struct Instruction {
  const Op* op;
  Attributes attributes;
  std::vector<Operand> inputs;
  Operand output;
  bool in_place = false;
  const char* name;                    // of the function that was called; in place, what changed the tensor
  DType computes_in = DType::float32;  // elementwise: the dtype of the kernel
  bool draws_from_default = false;     // from what is then the default generator, whatever attributes name
};

/// Instructions begin..end-1 are what `whole` can be composed of (Op::compose): it alone gives the same output, and
/// nobody else knows what the others make.
struct Composition {
  int begin;
  int end;
  Instruction whole;
};

/// Instructions begin..end-1, which are run together: one walk over the elements, a block at a time.
struct Group {
  int begin;
  int end;
  std::int64_t numel = 0;         // of every output; 0: a single instruction, which is run as it is
  std::int64_t block = 0;         // elements at a time
  std::int64_t block_bytes = 0;   // of what is kept for one block
  std::int64_t gather_place = 0;  // within it: where inputs are put in order

  /// Elements that each of its blocks has room for.
  std::int64_t capacity() const { return (block + 63) / 64 * 64; }
};

/// Consecutive groups that are run together, so that what one makes is in a near cache when the next reads it.
struct Chain {
  enum class Kind : std::uint8_t {
    rows,   // row by row: their tensors are `rows` rows each, and what a group does to one hangs on that row of the
            // others alone
    sums,   // piece by piece: loops over as many elements, and sums of all that these make
    tiles,  // tile by tile: an op that hands out tiles of its result, and a loop over the elements of that
  };
  Kind kind;
  int begin;
  int end;
  std::int64_t rows = 0;  // tiles: along all dimensions of the result but the last
};

struct Program {
  std::vector<Buffer> buffers;
  std::vector<Instruction> instructions;
  std::vector<Composition> compositions;  // parts before what is made of them; used up by with_whole_ops()
  std::vector<Group> groups;              // all instructions, in order; made by fuse()
  std::vector<Chain> chains;              // in order; made by chain_rows(), chain_sums() and chain_tiles()
  std::vector<Operand> results;           // what a run hands out
  std::int64_t arena_bytes = 0;           // of temporaries; made by plan_memory()
};

/// Calls visit(operand, writes) for each operand of an instruction, its inputs first.
template <class Visit>
void for_each_access(const Instruction& instruction, const Visit& visit) {
  for (const Operand& input : instruction.inputs) visit(input, false);
  visit(instruction.output, true);
}
/// The same of all instructions of a group, in order.
template <class Visit>
void for_each_access(const Program& program, const Group& group, const Visit& visit) {
  for (int i = group.begin; i < group.end; ++i)
    for_each_access(program.instructions[static_cast<std::size_t>(i)], visit);
}
/// How many instructions write each buffer.
std::vector<int> writes_of(const Program& program);

/// A tensor of the operand's geometry over memory that it does not own: what has the same `storage` overlaps, to ops.
Tensor tensor_over(const Tensor& storage, std::byte* data, const Operand& operand);

/// Bytes from element 0 to the end of the last.
std::int64_t extent_of(const Operand& operand);
std::int64_t numel_of(const Operand& operand);
/// Whether the elements are in row-major order, without gaps.
bool is_row_major(const Operand& operand);
/// Whether there is but one element in memory, which stands for all.
bool is_single(const Operand& operand);
/// Whether a kernel that writes `output` can read an input as it lies: element by element along with it, or one
/// element.
bool reads_along(const Operand& input, const Operand& output);
/// Whether two operands are the same elements in memory, in row-major order both.
bool same_rows(const Operand& a, const Operand& b);
/// Whether two operands share memory.
bool overlap(const Operand& a, const Operand& b);
/// Whether the order of two accesses matters: they share memory, and one writes.
inline bool conflict(const Operand& a, bool a_writes, const Operand& b, bool b_writes) {
  return (a_writes || b_writes) && overlap(a, b);
}
/// The chain that a group is in; null: none.
const Chain* chain_of(const Program& program, int group);

/// Whether an instruction does more than write its output, so that its place among the others is fixed: it may end
/// the step with an error, or draws random numbers.
bool has_effect(const Instruction& instruction);

/// Whether an instruction computes each element by a machine's own arithmetic, in less time than memory takes.
bool is_arithmetic(const Instruction& instruction);

/// As docs/program.md prints programs.
std::string to_string(const Program& program);

/// An Error that says which rule of docs/program.md the program breaks, and where, if it breaks one. `after` names the
/// pass that made it.
void verify(const Program& program, const char* after);

}  // namespace descent::program
