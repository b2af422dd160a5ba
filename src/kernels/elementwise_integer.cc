// Kernels of int64 and bool. Arithmetic wraps around.
#include <limits>
#include <type_traits>

#include "kernels/kernel_table.h"
#include "kernels/scalar_loop.h"

namespace descent::kernels {
namespace {

using Int = std::int64_t;
using Unsigned = std::uint64_t;

constexpr Int wrap(Unsigned x) { return static_cast<Int>(x); }
constexpr Unsigned unsign(Int x) { return static_cast<Unsigned>(x); }

constexpr Int negate(Int x) { return wrap(0 - unsign(x)); }
constexpr Int multiply(Int a, Int b) { return wrap(unsign(a) * unsign(b)); }

/// The quotient rounded down. By zero: 0, only so that it is something; the caller refuses zeros.
constexpr Int divide_down(Int a, Int b) {
  if (b == 0) return 0;
  if (b == -1) return negate(a);  // the smallest integer wraps
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

constexpr Int rest_towards_zero(Int a, Int b) { return b == 0 || b == -1 ? 0 : a % b; }

constexpr Int rest_down(Int a, Int b) {
  const Int rest = rest_towards_zero(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/// By repeated squaring. A negative power is the true value rounded towards zero, and 0 for the base 0.
constexpr Int power(Int base, Int exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
  Int result = 1;
  for (; exponent != 0; exponent /= 2) {
    if (exponent % 2 != 0) result = multiply(result, base);
    base = multiply(base, base);
  }
  return result;
}

#define DESCENT_FUNCTION(name, expression, ...)    \
  struct name##_function {                         \
    template <class T>                             \
    constexpr auto operator()(__VA_ARGS__) const { \
      return expression;                           \
    }                                              \
  };
DESCENT_FUNCTION(neg, negate(a), T a)
DESCENT_FUNCTION(abs, a < 0 ? negate(a) : a, T a)
DESCENT_FUNCTION(sign, Int{a > 0} - Int{a < 0}, T a)
DESCENT_FUNCTION(square, multiply(a, a), T a)
DESCENT_FUNCTION(relu, a < 0 ? 0 : a, T a)
DESCENT_FUNCTION(identity, a, T a)
DESCENT_FUNCTION(add, wrap(unsign(a) + unsign(b)), T a, T b)
DESCENT_FUNCTION(sub, wrap(unsign(a) - unsign(b)), T a, T b)
DESCENT_FUNCTION(mul, multiply(a, b), T a, T b)
DESCENT_FUNCTION(floor_divide, divide_down(a, b), T a, T b)
DESCENT_FUNCTION(remainder, rest_down(a, b), T a, T b)
DESCENT_FUNCTION(fmod, rest_towards_zero(a, b), T a, T b)
DESCENT_FUNCTION(pow, power(a, b), T a, T b)
DESCENT_FUNCTION(minimum, b < a ? b : a, T a, T b)
DESCENT_FUNCTION(maximum, a < b ? b : a, T a, T b)
DESCENT_FUNCTION(logical_not, !a, T a)
DESCENT_FUNCTION(logical_and, a&& b, T a, T b)
DESCENT_FUNCTION(logical_or, a || b, T a, T b)
DESCENT_FUNCTION(logical_xor, a != b, T a, T b)
DESCENT_FUNCTION(eq, a == b, T a, T b)
DESCENT_FUNCTION(ne, a != b, T a, T b)
DESCENT_FUNCTION(lt, a < b, T a, T b)
DESCENT_FUNCTION(le, a <= b, T a, T b)
DESCENT_FUNCTION(gt, a > b, T a, T b)
DESCENT_FUNCTION(ge, a >= b, T a, T b)
DESCENT_FUNCTION(where, condition ? a : b, bool condition, T a, T b)
#undef DESCENT_FUNCTION

/// What int64 and bool have in common.
template <class T>
void add_kernels_of(KernelTable& table) {
  constexpr DType type = dtype_of<T>();
#define DESCENT_ADD(name, Out) table.at(Formula::name, type) = scalar_kernel<name##_function, Out, T, T>;
  DESCENT_ADD(minimum, T)
  DESCENT_ADD(maximum, T)
  DESCENT_ADD(eq, bool)
  DESCENT_ADD(ne, bool)
  DESCENT_ADD(lt, bool)
  DESCENT_ADD(le, bool)
  DESCENT_ADD(gt, bool)
  DESCENT_ADD(ge, bool)
#undef DESCENT_ADD
  table.at(Formula::where, type) = scalar_kernel<where_function, T, bool, T, T>;
}

}  // namespace

void add_integer_kernels(KernelTable& table) {
  add_kernels_of<Int>(table);
  add_kernels_of<bool>(table);
#define DESCENT_ADD(name) table.at(Formula::name, int64) = scalar_kernel<name##_function, Int, Int>;
  DESCENT_ADD(neg)
  DESCENT_ADD(abs)
  DESCENT_ADD(sign)
  DESCENT_ADD(square)
  DESCENT_ADD(relu)
#undef DESCENT_ADD
  for (const Formula rounding : {Formula::floor, Formula::ceil, Formula::round, Formula::trunc}) {
    table.at(rounding, int64) = scalar_kernel<identity_function, Int, Int>;
  }
#define DESCENT_ADD(name) table.at(Formula::name, int64) = scalar_kernel<name##_function, Int, Int, Int>;
  DESCENT_ADD(add)
  DESCENT_ADD(sub)
  DESCENT_ADD(mul)
  DESCENT_ADD(floor_divide)
  DESCENT_ADD(remainder)
  DESCENT_ADD(fmod)
  DESCENT_ADD(pow)
#undef DESCENT_ADD
  table.at(Formula::logical_not, boolean) = scalar_kernel<logical_not_function, bool, bool>;
  table.at(Formula::logical_and, boolean) = scalar_kernel<logical_and_function, bool, bool, bool>;
  table.at(Formula::logical_or, boolean) = scalar_kernel<logical_or_function, bool, bool, bool>;
  table.at(Formula::logical_xor, boolean) = scalar_kernel<logical_xor_function, bool, bool, bool>;
}

}  // namespace descent::kernels
