// How the files that instantiate formulas hand over their kernels. Private to src/kernels and its tests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/elementwise.h"

namespace descent::kernels {

#define DESCENT_ONE(name, arity) +1  // NOLINT(bugprone-macro-parentheses): a term of the sum
inline constexpr std::size_t kFormulaCount = 0 DESCENT_FORMULAS(DESCENT_ONE);
#undef DESCENT_ONE

/// The kernel of each formula for each type, or null.
struct KernelTable {
  std::array<std::array<ElementwiseKernel, kDTypeCount>, kFormulaCount> kernels{};

  ElementwiseKernel at(Formula formula, DType type) const {
    return kernels[static_cast<std::size_t>(formula)][static_cast<std::size_t>(type)];
  }
  ElementwiseKernel& at(Formula formula, DType type) {
    return kernels[static_cast<std::size_t>(formula)][static_cast<std::size_t>(type)];
  }
};

/// Each adds its own kernels, compiled for the target (a HWY_... bit, see targets.h) where that makes a difference.
void add_arithmetic_kernels(std::int64_t target, KernelTable& table);
void add_exponential_kernels(std::int64_t target, KernelTable& table);
void add_wide_kernels(std::int64_t target, KernelTable& table);
void add_libm_kernels(KernelTable& table);
void add_integer_kernels(KernelTable& table);

/// elementwise() of a target that may be another than the chosen one: the tests compare their bits.
ElementwiseKernel elementwise_of_target(Formula formula, DType type, std::int64_t target);

}  // namespace descent::kernels
