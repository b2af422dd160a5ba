// More positions, or fewer, at the ends of the dimensions of row-major data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace descent::kernels {

/// One dimension: its size before and after, and how many of the new positions come before the old ones; below 0, how
/// many of these are left out.
struct PadDim {
  std::int64_t in, out, before;
};

/// Copies elements of this size to their new places; `value`, one element, goes to all others.
void pad(std::size_t element_size, const void* in, std::span<const PadDim> dims, const void* value, void* out);

}  // namespace descent::kernels
