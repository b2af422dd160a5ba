// The elementwise formulas as C: the same templates that the kernels are made of, written down.
#pragma once

#include <span>
#include <string>

#include "kernels/formula_table.h"
#include "program/c/helper.h"
#include "program/c/value.h"

namespace descent::program::c {

/// The name of the type in which an element lies in memory.
const char* type_name(DType dtype);

/// An expression of `from`, converted as kernels/cast.cc does: C says nothing of floats beyond the integers.
std::string converted(const std::string& element, DType from, DType to);

/// Whether a formula of values of `type` can be written in C: quotients and powers of integers cannot, nor the few
/// that are functions of Descent's own. (Copies can, of every type.)
bool is_written(kernels::Formula formula, DType type);
/// Whether compilers make slower code of it than its kernel is: it asks the C library for some floats alone, or has
/// conditions that they do not make vectors of.
bool is_slow_in_c(kernels::Formula formula, DType type);

/// The expression of the result, of those of the inputs: numbers of `type`, but conditions where the formula takes or
/// gives a condition. What it takes besides is written to `to`.
std::string write_formula(kernels::Formula formula, DType type, std::span<const std::string> inputs, Statements& to);

/// What the text of formulas calls.
std::vector<Helper> formula_helpers();

}  // namespace descent::program::c
