// Instructions that are not elementwise, as C. Each adds up in the order in which Descent's kernels do.
#pragma once

#include <string>
#include <vector>

#include "program/c/helper.h"
#include "program/program.h"

namespace descent::program::c {

/// Whether an instruction of a group of its own can be written as C.
bool is_written(const Instruction& instruction);
/// Whether it is so small that calling Descent for it would take longer than what the C takes.
bool is_worth_writing(const Instruction& instruction);

/// What a written instruction wants room for, in bytes (loops.h).
std::int64_t room_bytes(const Instruction& instruction);
/// Appends it to the body of a function, whose parameters loops.h describes.
void write_whole(const Instruction& instruction, std::string& text);

/// Sums, means, maxima and minima (reduction.cc).
bool is_reduction(const Instruction& instruction);
void write_reduction(const Instruction& instruction, std::string& text);
/// Whether the elements to reduce must be put in order before.
bool is_reduced_in_order(const Instruction& instruction);

/// Matrix products (product.cc).
bool is_written_product(const Instruction& instruction);
void write_product(const Instruction& instruction, std::string& text);

/// What elements at positions are asked for or added to, slices and pieces in place (index.cc).
bool is_written_index(const Instruction& instruction);
void write_index(const Instruction& instruction, std::string& text);
/// Whether it reads or writes at positions that a tensor gives, which may be none.
bool takes_positions(const Op& op);

/// Whether the text of an instruction has `return "REASON";` in it.
bool may_fail(const Instruction& instruction);
/// A text as C has it between quotes.
std::string quoted(const std::string& text);

/// "for (...) " for each of the dimensions, i0, i1, ..., and the place along strides that these are at.
std::string loops_over(const Dims& sizes);
std::string place_of(const Dims& sizes, const Dims& strides);

/// Copies of elements in any order, converted (whole.cc): `from` and `to` are pointers, in C.
void write_copy(const Dims& sizes, const Dims& from_strides, const std::string& from, DType from_type,
                const Dims& to_strides, const std::string& to, DType to_type, std::string& text);

/// What their text calls.
std::vector<Helper> reduction_helpers();
std::vector<Helper> product_helpers(bool has_fma);

}  // namespace descent::program::c
