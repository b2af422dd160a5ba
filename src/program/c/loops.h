// Groups of elementwise instructions as loops in C.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "program/c/helper.h"
#include "program/program.h"

namespace descent::program::c {

/// Whether a group can be written as loops: all of its instructions can.
bool is_written(const Program& program, const Group& group);
bool is_written_elementwise(const Instruction& instruction);
/// Whether all operands are of types that are computed as they are: C here knows no others.
bool all_are_computed(const Instruction& instruction);

/// Whether compilers make slower code of an instruction than its kernel is, and of a group with one, if it has more
/// elements than that matters for.
bool is_slow(const Program& program, const Instruction& instruction);
bool would_be_slow(const Program& program, const Group& group);

/// Whether a block of the group is written to memory: more than one of its loops has to do with it.
bool is_kept_block(const Program& program, const Group& group, int buffer);

/// What a group's loops go over: all elements, or those from `begin` to `end`, parameters.
enum class Extent : std::uint8_t {
  all,
  parts,  // so many as part_of() says, or a multiple of it
  rows,   // as repeated_row() says
  lanes,  // LANES from `begin` on, a constant
};
/// Appends the loops of a group to the body of a function that has `memory`: by buffer, where each lies. What goes to
/// a buffer of `sums` is added up instead, in the array of that name: its first element is that of `begin`.
void write_loops(const Program& program, const Group& group, Extent extent, std::string& text,
                 const std::map<int, std::string>& sums = {});

/// What a loop over LANES elements goes on to.
inline constexpr const char* kEndOfLanes = "begin + LANES";

/// How many elements of a group can be run apart from the others, or any multiple of it; 0: none.
std::int64_t part_of(const Program& program, const Group& group);
/// The length of rows that are so short that several are a part, but which may be run in any number; 0: there are none.
std::int64_t repeated_row(const Program& program, const Group& group);

/// Where an operand lies along `shape`, to which it broadcasts: sizes and strides, the innermost first, dimensions that
/// are one in memory joined. None: a single element.
using SizeAndStride = std::pair<std::int64_t, std::int64_t>;
std::vector<SizeAndStride> joined_dims(const Operand& operand, const Dims& shape);

/// What the text of loops calls.
std::vector<Helper> loop_helpers();

/// Blocks, and what else an instruction wants room for, lie in one of three places, by the size of their elements:
/// room_1, room_4, room_8. A program in which every place keeps its type is one that compilers cannot misunderstand.
inline constexpr std::int64_t kRoomSizes[] = {1, 4, 8};
/// The address of the room for elements of a type.
std::string room_address(DType dtype);

/// The address of an operand's element 0, as a pointer to its type.
std::string address_of(const Operand& operand);
/// The same of a block's, which lies among those of a group.
std::string address_of(const Program& program, const Group& group, const Operand& operand);

}  // namespace descent::program::c
