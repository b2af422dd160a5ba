// Kernels of integers and bool. Arithmetic wraps around.
#include "kernels/kernel_table.h"
#include "kernels/scalar_loop.h"
#include "kernels/wrapping.h"

namespace descent::kernels {
namespace integers {

/// An expression as a formula, of T.
#define DESCENT_FORMULA(name, result, expression, ...) \
  template <class T>                                   \
  constexpr result name(__VA_ARGS__) {                 \
    return expression;                                 \
  }

template <class T>
constexpr T wrap(Wrapping<T> x) {
  return static_cast<T>(x);
}
template <class T>
constexpr Wrapping<T> unsign(T x) {
  return static_cast<Wrapping<T>>(x);
}

DESCENT_FORMULA(neg, T, wrap<T>(0 - unsign(a)), T a)
DESCENT_FORMULA(abs, T, a < 0 ? neg(a) : a, T a)
DESCENT_FORMULA(sign, T, T{a > 0} - T{a < 0}, T a)
DESCENT_FORMULA(relu, T, a < 0 ? 0 : a, T a)
DESCENT_FORMULA(floor, T, a, T a)
DESCENT_FORMULA(ceil, T, a, T a)
DESCENT_FORMULA(round, T, a, T a)
DESCENT_FORMULA(trunc, T, a, T a)
DESCENT_FORMULA(add, T, wrap<T>(unsign(a) + unsign(b)), T a, T b)
DESCENT_FORMULA(sub, T, wrap<T>(unsign(a) - unsign(b)), T a, T b)
DESCENT_FORMULA(mul, T, wrap<T>(unsign(a) * unsign(b)), T a, T b)
DESCENT_FORMULA(square, T, mul(a, a), T a)
DESCENT_FORMULA(minimum, T, b < a ? b : a, T a, T b)
DESCENT_FORMULA(maximum, T, a < b ? b : a, T a, T b)
DESCENT_FORMULA(logical_not, bool, !a, T a)
DESCENT_FORMULA(logical_and, bool, a&& b, T a, T b)
DESCENT_FORMULA(logical_or, bool, a || b, T a, T b)
DESCENT_FORMULA(logical_xor, bool, a != b, T a, T b)
DESCENT_FORMULA(eq, bool, a == b, T a, T b)
DESCENT_FORMULA(ne, bool, a != b, T a, T b)
DESCENT_FORMULA(lt, bool, a < b, T a, T b)
DESCENT_FORMULA(le, bool, a <= b, T a, T b)
DESCENT_FORMULA(gt, bool, a > b, T a, T b)
DESCENT_FORMULA(ge, bool, a >= b, T a, T b)
DESCENT_FORMULA(where, T, condition ? a : b, bool condition, T a, T b)

/// The quotient rounded down. By zero: 0, only so that it is something; the caller refuses zeros.
template <class T>
constexpr T floor_divide(T a, T b) {
  if (b == 0) return 0;
  if (b == -1) return neg(a);  // the smallest integer wraps
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

template <class T>
constexpr T fmod(T a, T b) {
  return b == 0 || b == -1 ? 0 : a % b;
}

template <class T>
constexpr T remainder(T a, T b) {
  const T rest = fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/// By repeated squaring. A negative power is the true value rounded towards zero, and 0 for the base 0.
template <class T>
constexpr T pow(T base, T exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
  T result = 1;
  for (; exponent != 0; exponent /= 2) {
    if (exponent % 2 != 0) result = mul(result, base);
    base = mul(base, base);
  }
  return result;
}
#undef DESCENT_FORMULA

/// Each formula as a type: Function<Formula::add>()(a, b) is integers::add(a, b).
template <Formula kFormula>
struct Function;
#define DESCENT_FUNCTION(name, ...)                \
  template <>                                      \
  struct Function<Formula::name> {                 \
    template <class... T>                          \
    constexpr auto operator()(T... values) const { \
      return name(values...);                      \
    }                                              \
  };
DESCENT_FORMULAS(DESCENT_FUNCTION)
#undef DESCENT_FUNCTION

template <class T>
void add_kernels(KernelTable& table) {
  for_each_formula([&]<Formula kFormula>() {
    if constexpr (info_of(kFormula).implementation(dtype_of<T>()) == Implementation::integer)
      table.at(kFormula, dtype_of<T>()) = scalar_kernel_of<kFormula, Function<kFormula>, T>();
  });
}

}  // namespace integers

void add_integer_kernels(KernelTable& table) {
  integers::add_kernels<std::int64_t>(table);
  integers::add_kernels<bool>(table);
}

}  // namespace descent::kernels
