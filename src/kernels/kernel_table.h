// How the files that instantiate formulas hand over their kernels. Private to src/kernels and its tests.
#pragma once

#include <cstdint>

#include "kernels/elementwise.h"

namespace descent::kernels {

/// Each adds the kernels that formula_table.h says it computes, compiled for the target (a HWY_... bit, see targets.h)
/// where that makes a difference.
void add_arithmetic_kernels(std::int64_t target, KernelTable& table);
void add_exponential_kernels(std::int64_t target, KernelTable& table);
void add_wide_kernels(std::int64_t target, KernelTable& table);
void add_of_doubles_kernels(std::int64_t target, KernelTable& table);
void add_libm_kernels(KernelTable& table);
void add_integer_kernels(KernelTable& table);
/// Those of types that are computed in others, on the kernels of those.
void add_converting_kernels(KernelTable& table);

/// elementwise() of a target that may be another than the chosen one: the tests compare their bits.
ElementwiseKernel elementwise_of_target(Formula formula, DType type, std::int64_t target);

}  // namespace descent::kernels
