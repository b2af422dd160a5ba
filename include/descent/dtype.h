// Element types. float32 is the default for everything real, int64 for indices.
//
// Adding one: a row in DESCENT_DTYPES, and in src/ whatever then no longer compiles. Each place there that has to
// decide something about a type is a switch without `default`, a call of dispatch() or a static_assert.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <limits>

#include "descent/export.h"
#include "descent/float16.h"

namespace DESCENT_EXPORT descent {

/// What a type's values are, in the order of promotion.
enum class DTypeKind : std::uint8_t { boolean, integer, floating };

/// Every element type, in the order of promotion, a row each: enumerator; name, as PyTorch and NumPy have it; kind; the
/// C++ type; the C++ type in which running sums and products are kept, as in PyTorch; the type in which it is computed:
/// a small type is a way to store numbers, and results are rounded, or wrapped around, to it; safetensors' name.
// clang-format off
#define DESCENT_DTYPES(X)                                                            \
  X(boolean,  "bool",     boolean,  bool,          std::int64_t, boolean, "BOOL") \
  X(uint8,    "uint8",    integer,  std::uint8_t,  std::int64_t, int64,   "U8")   \
  X(int8,     "int8",     integer,  std::int8_t,   std::int64_t, int64,   "I8")   \
  X(int16,    "int16",    integer,  std::int16_t,  std::int64_t, int64,   "I16")  \
  X(int32,    "int32",    integer,  std::int32_t,  std::int64_t, int64,   "I32")  \
  X(int64,    "int64",    integer,  std::int64_t,  std::int64_t, int64,   "I64")  \
  X(float16,  "float16",  floating, Float16,       double,       float32, "F16")  \
  X(bfloat16, "bfloat16", floating, BFloat16,      double,       float32, "BF16") \
  X(float32,  "float32",  floating, float,         double,       float32, "F32")  \
  X(float64,  "float64",  floating, double,        double,       float64, "F64")
// clang-format on

enum class DType : std::uint8_t {
#define DESCENT_ENUMERATOR(dtype, name, kind, type, accumulator, computed, safetensors_name) dtype,
  DESCENT_DTYPES(DESCENT_ENUMERATOR)
#undef DESCENT_ENUMERATOR
};

#define DESCENT_CONSTANT(dtype, name, kind, type, accumulator, computed, safetensors_name) \
  inline constexpr DType dtype = DType::dtype;
DESCENT_DTYPES(DESCENT_CONSTANT)
#undef DESCENT_CONSTANT

struct DTypeInfo {
  const char* name;
  const char* safetensors_name;
  DTypeKind kind;
  DType computed;
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
#define DESCENT_INFO(dtype, name, kind, type, accumulator, computed, safetensors_name) \
  {name,                                                                               \
   safetensors_name,                                                                   \
   DTypeKind::kind,                                                                    \
   DType::computed,                                                                    \
   std::numeric_limits<type>::is_signed,                                               \
   std::numeric_limits<type>::digits,                                                  \
   std::numeric_limits<type>::max_exponent},
    DESCENT_DTYPES(DESCENT_INFO)
#undef DESCENT_INFO
};
inline constexpr int kDTypeCount = sizeof(kDTypes) / sizeof(DTypeInfo);

/// The same: apart from the rest, because every op asks.
inline constexpr std::size_t kDTypeSizes[] = {
#define DESCENT_SIZE(dtype, name, kind, type, accumulator, computed, safetensors_name) sizeof(type),
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

/// The type in which elements of `type` are computed: itself, int64 for smaller integers, float32 for smaller floats.
constexpr DType computed_dtype(DType type) { return info_of(type).computed; }
constexpr bool is_computed(DType type) { return computed_dtype(type) == type; }

/// How many types are computed as they are. Who has a case for each of them, and takes the others for granted, asserts
/// it.
inline constexpr int kComputedDTypeCount = [] {
  int count = 0;
  for (int i = 0; i < kDTypeCount; ++i) count += is_computed(static_cast<DType>(i)) ? 1 : 0;
  return count;
}();

/// As PyTorch's: "bool", "int64", "float32", ...
constexpr const char* name_of(DType type) { return info_of(type).name; }
constexpr const char* to_string(DType type) { return name_of(type); }
std::ostream& operator<<(std::ostream& out, DType type);

inline constexpr std::size_t kMaxElementSize = [] {
  std::size_t largest = 0;
  for (const std::size_t size : kDTypeSizes) largest = size > largest ? size : largest;
  return largest;
}();

namespace detail {

// By DType: the first type of the higher kind that holds both; kDTypeCount where there is none.
constexpr auto promotions() {
  std::array<std::array<int, kDTypeCount>, kDTypeCount> result{};
  for (int a = 0; a < kDTypeCount; ++a) {
    for (int b = 0; b < kDTypeCount; ++b) {
      const DTypeInfo &x = kDTypes[a], &y = kDTypes[b];
      int& type = result[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
      if (x.kind != y.kind) {
        type = x.kind > y.kind ? a : b;
        continue;
      }
      while (type < kDTypeCount && !(kDTypes[type].kind == x.kind && kDTypes[type].holds(x) && kDTypes[type].holds(y)))
        ++type;
    }
  }
  return result;
}
inline constexpr auto kPromotions = promotions();
static_assert(
    [] {
      for (const auto& row : kPromotions) {
        for (const int type : row) {
          if (type == kDTypeCount) return false;
        }
      }
      for (int i = 1; i < kDTypeCount; ++i) {
        if (kDTypes[i].kind < kDTypes[i - 1].kind || kDTypes[i].digits == 0) return false;
      }
      return true;
    }(),
    "the types come in order of their kinds, and any two of a kind have one that holds both");

}  // namespace detail

/// The type that two become: that of the higher kind, of one kind the first that holds both.
constexpr DType promoted(DType a, DType b) {
  return static_cast<DType>(detail::kPromotions[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)]);
}

namespace detail {

template <class T>
struct Element {
  static_assert(sizeof(T) == 0, "T is not the C++ type of a row of DESCENT_DTYPES");
};
#define DESCENT_ELEMENT(dtype, name, kind, type, accumulator, computed, safetensors_name) \
  template <>                                                                             \
  struct Element<type> {                                                                  \
    static constexpr DType value = DType::dtype;                                          \
    using Accumulator = accumulator;                                                      \
  };
DESCENT_DTYPES(DESCENT_ELEMENT)
#undef DESCENT_ELEMENT

/// Fails with "`what` is not defined for `type`".
[[noreturn]] void refuse(const char* what, DType type);

// NOLINTBEGIN(bugprone-macro-parentheses): a type takes none.

/// Calls `f(T{})` with the C++ type of `type` if it is computed as it is and of one of the kinds; refuses it, in the
/// name of `what`, if not.
template <DTypeKind... kKinds, class F>
decltype(auto) dispatch_kinds(const char* what, DType type, F&& f) {
  switch (type) {
#define DESCENT_CASE(dtype, name, kind, type, accumulator, computed, safetensors_name)                 \
  case DType::dtype:                                                                                   \
    if constexpr (is_computed(DType::dtype) && ((DTypeKind::kind == kKinds) || ...)) return f(type{}); \
    break;
    DESCENT_DTYPES(DESCENT_CASE)
#undef DESCENT_CASE
  }
  refuse(what, type);
}

}  // namespace detail

/// The DType of a C++ element type: that of a row of the table.
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
#define DESCENT_CASE(dtype, name, kind, type, accumulator, computed, safetensors_name) \
  case DType::dtype:                                                                   \
    return f(type{});
    DESCENT_DTYPES(DESCENT_CASE)
#undef DESCENT_CASE
  }
  __builtin_unreachable();
}

// NOLINTEND(bugprone-macro-parentheses)

/// The same for types that are computed as they are: of all kinds, floating point alone, integers and floating point.
/// The others are an Error: "`what` is not defined for ...".
template <class F>
decltype(auto) dispatch_computed(const char* what, DType type, F&& f) {
  return detail::dispatch_kinds<DTypeKind::boolean, DTypeKind::integer, DTypeKind::floating>(what, type, f);
}
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
