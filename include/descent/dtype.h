// Element types. float32 is the default for everything real, int64 for indices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <type_traits>

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// In the order of promotion: of two types the later one wins, as in PyTorch.
enum class DType : std::uint8_t { boolean, int64, float32, float64 };

inline constexpr DType boolean = DType::boolean;
inline constexpr DType int64 = DType::int64;
inline constexpr DType float32 = DType::float32;
inline constexpr DType float64 = DType::float64;
inline constexpr int kDTypeCount = 4;

inline constexpr std::size_t kDTypeSizes[kDTypeCount] = {1, 8, 4, 8};

constexpr std::size_t size_of(DType type) { return kDTypeSizes[static_cast<int>(type)]; }

constexpr bool is_floating_point(DType type) { return type >= DType::float32; }

/// "bool", "int64", "float32" or "float64".
const char* name_of(DType type);
std::ostream& operator<<(std::ostream& out, DType type);

/// The DType of a C++ element type: bool, std::int64_t, float or double.
template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, bool>)
    return DType::boolean;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return DType::int64;
  else if constexpr (std::is_same_v<T, float>)
    return DType::float32;
  else {
    static_assert(std::is_same_v<T, double>, "Descent's element types are bool, int64_t, float and double");
    return DType::float64;
  }
}

/// Calls `f(T{})` with the C++ type of `type`.
template <class F>
decltype(auto) dispatch(DType type, F&& f) {
  switch (type) {
    case DType::boolean:
      return f(bool{});
    case DType::int64:
      return f(std::int64_t{});
    case DType::float32:
      return f(float{});
    default:
      return f(double{});
  }
}

}  // namespace descent
