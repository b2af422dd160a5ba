// Every formula of the elementwise kernels, and who computes it for each type: enumerators, arities and the tables of
// kernels come from here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "descent/dtype.h"

namespace descent::kernels {

/// Where a formula of a type that is computed as it is (dtype.h) is instantiated: elementwise_<this>.cc, from the
/// function of the formula's name in
///   arithmetic    formulas/arithmetic.h, over lanes
///   exponential   formulas/exponential.h and activation.h, over lanes of floats
///   wide          formulas/wide.h, over floats that are widened to double
///   of_doubles    formulas/float64_*.h, over lanes of doubles
///   libm          libm_formulas.h, one double at a time
///   integer       elementwise_integer.cc
/// `none`: the formula is not defined for the type.
enum class Implementation : std::uint8_t { none, arithmetic, exponential, wide, of_doubles, libm, integer };

/// What a formula gives: a value of the type it is computed in, or bool.
enum class Result : std::uint8_t { same, boolean };

/// Name, number of inputs, result; then who computes float32, float64, integers and bool. What formulas give at the
/// edges is what PyTorch gives, sign(NaN) = 0 and relu(-0) = -0 included, but for silu and both gelu at -infinity:
/// their limit -0, not NaN. docs/accuracy.md has the errors.
// clang-format off
#define DESCENT_FORMULAS(X)                                                   \
  X(neg,            1, same,    arithmetic,  arithmetic, integer, none)       \
  X(abs,            1, same,    arithmetic,  arithmetic, integer, none)       \
  X(sign,           1, same,    arithmetic,  arithmetic, integer, none)       \
  X(square,         1, same,    arithmetic,  arithmetic, integer, none)       \
  X(relu,           1, same,    arithmetic,  arithmetic, integer, none)       \
  X(floor,          1, same,    arithmetic,  arithmetic, integer, none)       \
  X(ceil,           1, same,    arithmetic,  arithmetic, integer, none)       \
  X(round,          1, same,    arithmetic,  arithmetic, integer, none)       \
  X(trunc,          1, same,    arithmetic,  arithmetic, integer, none)       \
  X(frac,           1, same,    arithmetic,  arithmetic, none,    none)       \
  X(reciprocal,     1, same,    arithmetic,  arithmetic, none,    none)       \
  X(sqrt,           1, same,    arithmetic,  arithmetic, none,    none)       \
  X(rsqrt,          1, same,    arithmetic,  arithmetic, none,    none)       \
  X(cbrt,           1, same,    exponential, of_doubles, none,    none)       \
  X(exp,            1, same,    exponential, of_doubles, none,    none)       \
  X(exp2,           1, same,    exponential, of_doubles, none,    none)       \
  X(expm1,          1, same,    exponential, of_doubles, none,    none)       \
  X(log,            1, same,    exponential, of_doubles, none,    none)       \
  X(log2,           1, same,    exponential, of_doubles, none,    none)       \
  X(log10,          1, same,    exponential, of_doubles, none,    none)       \
  X(log1p,          1, same,    exponential, of_doubles, none,    none)       \
  X(sin,            1, same,    wide,        of_doubles, none,    none)       \
  X(cos,            1, same,    wide,        of_doubles, none,    none)       \
  X(tan,            1, same,    wide,        of_doubles, none,    none)       \
  X(asin,           1, same,    wide,        libm,       none,    none)       \
  X(acos,           1, same,    wide,        libm,       none,    none)       \
  X(atan,           1, same,    wide,        libm,       none,    none)       \
  X(sinh,           1, same,    wide,        of_doubles, none,    none)       \
  X(cosh,           1, same,    wide,        of_doubles, none,    none)       \
  X(tanh,           1, same,    exponential, of_doubles, none,    none)       \
  X(asinh,          1, same,    wide,        libm,       none,    none)       \
  X(acosh,          1, same,    wide,        libm,       none,    none)       \
  X(atanh,          1, same,    wide,        libm,       none,    none)       \
  X(sigmoid,        1, same,    exponential, of_doubles, none,    none)       \
  X(log_sigmoid,    1, same,    exponential, of_doubles, none,    none)       \
  X(silu,           1, same,    exponential, of_doubles, none,    none)       \
  X(gelu,           1, same,    exponential, of_doubles, none,    none)       \
  X(gelu_tanh,      1, same,    exponential, of_doubles, none,    none)       \
  X(softplus,       1, same,    exponential, of_doubles, none,    none)       \
  X(erf,            1, same,    exponential, of_doubles, none,    none)       \
  X(erfc,           1, same,    wide,        of_doubles, none,    none)       \
  X(erfinv,         1, same,    libm,        libm,       none,    none)       \
  X(lgamma,         1, same,    libm,        libm,       none,    none)       \
  X(digamma,        1, same,    libm,        libm,       none,    none)       \
  X(isnan,          1, boolean, arithmetic,  arithmetic, none,    none)       \
  X(isinf,          1, boolean, arithmetic,  arithmetic, none,    none)       \
  X(isfinite,       1, boolean, arithmetic,  arithmetic, none,    none)       \
  X(logical_not,    1, boolean, none,        none,       none,    integer)    \
  X(logical_and,    2, boolean, none,        none,       none,    integer)    \
  X(logical_or,     2, boolean, none,        none,       none,    integer)    \
  X(logical_xor,    2, boolean, none,        none,       none,    integer)    \
  X(add,            2, same,    arithmetic,  arithmetic, integer, none)       \
  X(sub,            2, same,    arithmetic,  arithmetic, integer, none)       \
  X(mul,            2, same,    arithmetic,  arithmetic, integer, none)       \
  X(minimum,        2, same,    arithmetic,  arithmetic, integer, integer)    \
  X(maximum,        2, same,    arithmetic,  arithmetic, integer, integer)    \
  X(floor_divide,   2, same,    wide,        libm,       integer, none)       \
  X(remainder,      2, same,    wide,        libm,       integer, none)       \
  X(fmod,           2, same,    wide,        libm,       integer, none)       \
  X(pow,            2, same,    wide,        libm,       integer, none)       \
  X(div,            2, same,    arithmetic,  arithmetic, none,    none)       \
  X(double_product, 2, same,    arithmetic,  arithmetic, none,    none)       \
  X(atan2,          2, same,    wide,        libm,       none,    none)       \
  X(hypot,          2, same,    wide,        libm,       none,    none)       \
  X(copysign,       2, same,    arithmetic,  arithmetic, none,    none)       \
  X(logaddexp,      2, same,    wide,        of_doubles, none,    none)       \
  X(eq,             2, boolean, arithmetic,  arithmetic, integer, integer)    \
  X(ne,             2, boolean, arithmetic,  arithmetic, integer, integer)    \
  X(lt,             2, boolean, arithmetic,  arithmetic, integer, integer)    \
  X(le,             2, boolean, arithmetic,  arithmetic, integer, integer)    \
  X(gt,             2, boolean, arithmetic,  arithmetic, integer, integer)    \
  X(ge,             2, boolean, arithmetic,  arithmetic, integer, integer)    \
  X(where,          3, same,    arithmetic,  arithmetic, integer, integer)    \
  X(addcmul,        3, same,    arithmetic,  arithmetic, none,    none)
// clang-format on

enum class Formula : std::uint8_t {
#define DESCENT_ENUMERATOR(name, ...) name,
  DESCENT_FORMULAS(DESCENT_ENUMERATOR)
#undef DESCENT_ENUMERATOR
};

struct FormulaInfo {
  const char* name;
  std::size_t arity;
  Result result;
  Implementation float32, float64, integer, boolean;

  /// Of the type in which `type` is computed.
  constexpr Implementation implementation(DType type) const {
    static_assert(kComputedDTypeCount == 4, "a case for each below");
    switch (computed_dtype(type)) {
      case DType::boolean:
        return boolean;
      case DType::int64:
        return integer;
      case DType::float32:
        return float32;
      case DType::float64:
        return float64;
      default:
        __builtin_unreachable();
    }
  }
};

/// By Formula.
inline constexpr FormulaInfo kFormulas[] = {
#define DESCENT_INFO(name, arity, result, float32, float64, integer, boolean) \
  {#name,                                                                     \
   arity,                                                                     \
   Result::result,                                                            \
   Implementation::float32,                                                   \
   Implementation::float64,                                                   \
   Implementation::integer,                                                   \
   Implementation::boolean},
    DESCENT_FORMULAS(DESCENT_INFO)
#undef DESCENT_INFO
};
inline constexpr std::size_t kFormulaCount = sizeof(kFormulas) / sizeof(FormulaInfo);

constexpr const FormulaInfo& info_of(Formula formula) { return kFormulas[static_cast<std::size_t>(formula)]; }

/// Whether the first input is bool, whatever the type of the others.
constexpr bool has_condition(Formula formula) { return formula == Formula::where; }

/// Calls `visit.operator()<formula>()` for every formula.
template <class Visit>
void for_each_formula(const Visit& visit) {
  [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
    (visit.template operator()<static_cast<Formula>(kIndex)>(), ...);
  }
  (std::make_index_sequence<kFormulaCount>());
}

}  // namespace descent::kernels
