// Elementwise kernels: one formula applied to spans of values.
//
// The arithmetic of a formula is in formulas.h; here it becomes one loop per element type and vector width, chosen when
// the program runs. The same input gives the same bits at every width with fused multiply-add.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

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

/// Every formula: name and number of inputs. What they give at the edges is what PyTorch gives, sign(NaN) = 0 and
/// relu(-0) = -0 included, but for silu and both gelu at -infinity: their limit -0, not NaN. docs/accuracy.md has the
/// errors of the float32 ones.
// clang-format off
#define DESCENT_FORMULAS(X)                                                                           \
  /* float32, float64, int64 */                                                                       \
  X(neg, 1) X(abs, 1) X(sign, 1) X(square, 1) X(relu, 1)                                              \
  /* float32, float64; rounding also int64: the identity */                                           \
  X(floor, 1) X(ceil, 1) X(round, 1) X(trunc, 1) X(frac, 1)                                           \
  X(reciprocal, 1) X(sqrt, 1) X(rsqrt, 1)                                                             \
  X(exp, 1) X(exp2, 1) X(expm1, 1) X(log, 1) X(log2, 1) X(log10, 1) X(log1p, 1)                       \
  X(sin, 1) X(cos, 1) X(tan, 1) X(asin, 1) X(acos, 1) X(atan, 1)                                      \
  X(sinh, 1) X(cosh, 1) X(tanh, 1) X(asinh, 1) X(acosh, 1) X(atanh, 1)                                \
  X(sigmoid, 1) X(log_sigmoid, 1) X(silu, 1) X(gelu, 1) X(gelu_tanh, 1) X(softplus, 1)                \
  X(erf, 1) X(erfc, 1) X(erfinv, 1) X(lgamma, 1) X(digamma, 1)                                        \
  X(isnan, 1) X(isinf, 1) X(isfinite, 1)                                                              \
  /* bool */                                                                                          \
  X(logical_not, 1) X(logical_and, 2) X(logical_or, 2) X(logical_xor, 2)                              \
  /* float32, float64, int64; minimum and maximum also bool */                                        \
  X(add, 2) X(sub, 2) X(mul, 2) X(minimum, 2) X(maximum, 2)                                           \
  X(floor_divide, 2) X(remainder, 2) X(fmod, 2) X(pow, 2)                                             \
  /* float32, float64. double_product(a, b) = 2 a b */                                                \
  X(div, 2) X(double_product, 2) X(atan2, 2) X(hypot, 2) X(copysign, 2) X(logaddexp, 2)               \
  /* every type, to bool */                                                                           \
  X(eq, 2) X(ne, 2) X(lt, 2) X(le, 2) X(gt, 2) X(ge, 2)                                               \
  /* where(condition, a, b): every type. addcmul(a, b, c) = a + b * c, fused: float32, float64. */    \
  X(where, 3) X(addcmul, 3)
// clang-format on

enum class Formula : std::uint8_t {
#define DESCENT_ENUMERATOR(name, arity) name,
  DESCENT_FORMULAS(DESCENT_ENUMERATOR)
#undef DESCENT_ENUMERATOR
};

/// The kernel of `formula` for inputs of `type` (for `where`: the type of its branches) on this machine; null where the
/// formula is not defined for the type.
ElementwiseKernel elementwise(Formula formula, DType type);

/// Converts `n` consecutive values. float to int truncates towards zero; anything to bool is `!= 0`.
void cast(DType from, const void* in, DType to, void* out, std::int64_t n);

/// The vector instruction set in use ("AVX3", "AVX2", "SSE2", ...): the best the machine has, or a lesser one named by
/// the environment variable DESCENT_CPU, with which the tests compare the bits of one against another.
const char* cpu_target();

}  // namespace descent::kernels
