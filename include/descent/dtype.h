// Element types. float32 is the default for everything real, int64 for indices.
//
// Adding one: a row in DESCENT_DTYPES, and in src/ whatever then no longer compiles. Each place there that has to
// decide something about a type is a switch without `default`, a call of dispatch() or a static_assert.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <limits>

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// What a type's values are, in the order of promotion.
enum class DTypeKind : std::uint8_t { boolean, integer, floating };

/// Every element type, in the order of promotion, a row each: enumerator; name, as PyTorch and NumPy have it; kind; the
/// C++ type; the C++ type in which running sums and products are kept, as in PyTorch; safetensors' name.
// clang-format off
#define DESCENT_DTYPES(X)                                             \
  X(boolean, "bool",    boolean,  bool,         std::int64_t, "BOOL") \
  X(int64,   "int64",   integer,  std::int64_t, std::int64_t, "I64")  \
  X(float32, "float32", floating, float,        double,       "F32")  \
  X(float64, "float64", floating, double,       double,       "F64")
// clang-format on

enum class DType : std::uint8_t {
#define DESCENT_ENUMERATOR(dtype, name, kind, type, accumulator, safetensors_name) dtype,
  DESCENT_DTYPES(DESCENT_ENUMERATOR)
#undef DESCENT_ENUMERATOR
};

#define DESCENT_CONSTANT(dtype, name, kind, type, accumulator, safetensors_name) \
  inline constexpr DType dtype = DType::dtype;
DESCENT_DTYPES(DESCENT_CONSTANT)
#undef DESCENT_CONSTANT

struct DTypeInfo {
  const char* name;
  const char* safetensors_name;
  DTypeKind kind;
  // Of std::numeric_limits.
  bool is_signed;
  int digits;
  int max_exponent;

  /// Whether it has every value of `other`, a type of the same kind.
  constexpr bool holds(const DTypeInfo& other) const {
    return digits >= other.digits && max_exponent >= other.max_exponent && is_signed >= other.is_signed;
  }
};

/// By DType.
inline constexpr DTypeInfo kDTypes[] = {
#define DESCENT_INFO(dtype, name, kind, type, accumulator, safetensors_name) \
  {name,                                                                     \
   safetensors_name,                                                         \
   DTypeKind::kind,                                                          \
   std::numeric_limits<type>::is_signed,                                     \
   std::numeric_limits<type>::digits,                                        \
   std::numeric_limits<type>::max_exponent},
    DESCENT_DTYPES(DESCENT_INFO)
#undef DESCENT_INFO
};
inline constexpr int kDTypeCount = sizeof(kDTypes) / sizeof(DTypeInfo);

/// The same: apart from the rest, because every op asks.
inline constexpr std::size_t kDTypeSizes[] = {
#define DESCENT_SIZE(dtype, name, kind, type, accumulator, safetensors_name) sizeof(type),
    DESCENT_DTYPES(DESCENT_SIZE)
#undef DESCENT_SIZE
};
inline constexpr DType kFirstFloating = [] {
  int first = 0;
  while (kDTypes[first].kind != DTypeKind::floating) ++first;
  return static_cast<DType>(first);
}();

constexpr const DTypeInfo& info_of(DType type) { return kDTypes[static_cast<int>(type)]; }
constexpr std::size_t size_of(DType type) { return kDTypeSizes[static_cast<int>(type)]; }
constexpr DTypeKind kind_of(DType type) { return info_of(type).kind; }
constexpr bool is_floating_point(DType type) { return type >= kFirstFloating; }  // they come last

/// "bool", "int64", "float32" or "float64".
constexpr const char* name_of(DType type) { return info_of(type).name; }
std::ostream& operator<<(std::ostream& out, DType type);

inline constexpr std::size_t kMaxElementSize = [] {
  std::size_t largest = 0;
  for (const std::size_t size : kDTypeSizes) largest = size > largest ? size : largest;
  return largest;
}();

/// The type that two become: that of the higher kind, of one kind the later one.
constexpr DType promoted(DType a, DType b) { return a < b ? b : a; }

namespace detail {

constexpr bool promotes_in_order() {
  for (int i = 1; i < kDTypeCount; ++i) {
    const DTypeInfo &before = kDTypes[i - 1], &after = kDTypes[i];
    if (before.digits == 0 || after.kind < before.kind) return false;
    if (after.kind == before.kind && !after.holds(before)) return false;
  }
  return true;
}
static_assert(promotes_in_order(),
              "promoted() wants the types in order of their kinds, and of a kind each to hold the one before");

template <class T>
struct Element {
  static_assert(sizeof(T) == 0, "T is not the C++ type of a row of DESCENT_DTYPES");
};
#define DESCENT_ELEMENT(dtype, name, kind, type, accumulator, safetensors_name) \
  template <>                                                                   \
  struct Element<type> {                                                        \
    static constexpr DType value = DType::dtype;                                \
    using Accumulator = accumulator;                                            \
  };
DESCENT_DTYPES(DESCENT_ELEMENT)
#undef DESCENT_ELEMENT

/// Fails with "`what` is not defined for `type`".
[[noreturn]] void refuse(const char* what, DType type);

// NOLINTBEGIN(bugprone-macro-parentheses): a type takes none.

/// Calls `f(T{})` with the C++ type of `type` if it is of one of the kinds; refuses it, in the name of `what`, if not.
template <DTypeKind... kKinds, class F>
decltype(auto) dispatch_kinds(const char* what, DType type, F&& f) {
  switch (type) {
#define DESCENT_CASE(dtype, name, kind, type, accumulator, safetensors_name) \
  case DType::dtype:                                                         \
    if constexpr (((DTypeKind::kind == kKinds) || ...)) return f(type{});    \
    break;
    DESCENT_DTYPES(DESCENT_CASE)
#undef DESCENT_CASE
  }
  refuse(what, type);
}

}  // namespace detail

/// The DType of a C++ element type: bool, std::int64_t, float or double.
template <class T>
constexpr DType dtype_of() {
  return detail::Element<T>::value;
}

/// The C++ type in which running sums and products of T are kept.
template <class T>
using Accumulator = typename detail::Element<T>::Accumulator;

/// Calls `f(T{})` with the C++ type of `type`.
template <class F>
decltype(auto) dispatch(DType type, F&& f) {
  switch (type) {
#define DESCENT_CASE(dtype, name, kind, type, accumulator, safetensors_name) \
  case DType::dtype:                                                         \
    return f(type{});
    DESCENT_DTYPES(DESCENT_CASE)
#undef DESCENT_CASE
  }
  __builtin_unreachable();
}

// NOLINTEND(bugprone-macro-parentheses)

/// The same for floating point types alone, and for integers and floating point. The others are an Error: "`what` is
/// not defined for ...".
template <class F>
decltype(auto) dispatch_floating(const char* what, DType type, F&& f) {
  return detail::dispatch_kinds<DTypeKind::floating>(what, type, f);
}
template <class F>
decltype(auto) dispatch_numbers(const char* what, DType type, F&& f) {
  return detail::dispatch_kinds<DTypeKind::integer, DTypeKind::floating>(what, type, f);
}

/// The distance from 1 to the next larger number of a floating point type.
double epsilon_of(DType type);

#undef DESCENT_DTYPES

}  // namespace descent
