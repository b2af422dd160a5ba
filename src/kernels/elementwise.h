// Elementwise kernels: one formula applied to spans of values.
//
// The arithmetic of a formula is in formulas.h; here it becomes one loop per element type and vector width, chosen when
// the program runs. The same input gives the same bits at every width with fused multiply-add.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "descent/dtype.h"
#include "kernels/formula_table.h"

namespace descent::kernels {

/// One input of an elementwise kernel: consecutive values (step 1), or one value for all (step 0).
struct Operand {
  const void* data;
  std::int64_t step;
};

/// out[i] = formula(in[0][i], in[1][i], ...) for i in [0, n). All inputs have the formula's type, except the condition
/// of `where` (bool); comparisons and predicates write bool. `out` may be exactly one of the inputs, never overlap one
/// otherwise. Pointers are aligned to their element, no more.
using ElementwiseKernel = void (*)(const Operand* in, void* out, std::int64_t n);

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

/// The one for this machine, once it is chosen: null before.
extern std::atomic<const KernelTable*> chosen_table;
const KernelTable& choose_table();

/// The kernel of `formula` for inputs of `type` (for `where`: the type of its branches) on this machine; null where the
/// formula is not defined for the type.
inline ElementwiseKernel elementwise(Formula formula, DType type) {
  const KernelTable* table = chosen_table.load(std::memory_order_acquire);
  return (table ? *table : choose_table()).at(formula, type);
}

/// Converts `n` consecutive values. float to int truncates towards zero; anything to bool is `!= 0`.
void cast(DType from, const void* in, DType to, void* out, std::int64_t n);

/// The vector instruction set in use ("AVX3", "AVX2", "SSE2", ...): the best the machine has, or a lesser one named by
/// the environment variable DESCENT_CPU, with which the tests compare the bits of one against another.
const char* cpu_target();

/// Whether it multiplies and adds in one instruction. Without, a fma of floats is computed in double, and rounded
/// twice.
bool has_fma();

}  // namespace descent::kernels
