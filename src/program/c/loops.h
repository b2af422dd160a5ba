// Groups of elementwise instructions as loops in C.
#pragma once

#include <string>

#include "program/c/helper.h"
#include "program/program.h"

namespace descent::program::c {

/// Whether a group can be written as loops.
bool is_written(const Program& program, const Group& group);

/// Appends the loops of a group to the body of a function whose parameter `memory` has, by buffer, where each lies, and
/// behind them where the group's blocks do. `in_parts`: over elements `begin` to `end`, parameters too; else over all
/// of them.
void write_loops(const Program& program, const Group& group, bool in_parts, std::string& text);

/// How many elements of a group can be run apart from the others, or any multiple of it; 0: none.
std::int64_t part_of(const Program& program, const Group& group);

/// What the text of loops calls.
std::vector<Helper> loop_helpers();

/// The address of an operand's element 0, as a pointer to its type.
std::string address_of(const Operand& operand);
/// The same of a block's, which lies among those of a group.
std::string address_of(const Program& program, const Group& group, const Operand& operand);

}  // namespace descent::program::c
