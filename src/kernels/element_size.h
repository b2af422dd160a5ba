// Elements as words of their size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "descent/dtype.h"

namespace descent::kernels {

/// Calls `f` with an unsigned integer of an element's size: what copying needs to know of a type.
template <class F>
decltype(auto) dispatch_size(std::size_t element_size, F&& f) {
  static_assert(std::ranges::all_of(kDTypeSizes,
                                    [](std::size_t size) { return size == 1 || size == 2 || size == 4 || size == 8; }),
                "a size below for each type");
  switch (element_size) {
    case 1:
      return f(std::uint8_t{});
    case 2:
      return f(std::uint16_t{});
    case 4:
      return f(std::uint32_t{});
    case 8:
      return f(std::uint64_t{});
  }
  __builtin_unreachable();
}

/// Fills n elements. Zeros take the C library's way, which need not read the lines that it writes.
template <class Element>
void fill_run(Element* to, std::int64_t n, const Element& value) {
  constexpr std::byte kZeros[sizeof(Element)]{};
  // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): -0.0 is no zero to fill with
  if (std::memcmp(&value, kZeros, sizeof(Element)) == 0)
    std::memset(static_cast<void*>(to), 0, static_cast<std::size_t>(n) * sizeof(Element));
  else
    std::fill_n(to, n, value);
}

}  // namespace descent::kernels
