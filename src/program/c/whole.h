// Instructions that are not elementwise, as C.
#pragma once

#include <string>

#include "program/program.h"

namespace descent::program::c {

/// Whether an instruction can be written as C.
bool is_written(const Instruction& instruction);
/// Whether it is so small that calling Descent for it would take longer.
bool is_worth_writing(const Instruction& instruction);

/// Appends it to the body of a function (loops.h says of what parameters).
void write_whole(const Instruction& instruction, std::string& text);

/// What the text needs to stand before it.
extern const char* const kWholePrelude;

}  // namespace descent::program::c
