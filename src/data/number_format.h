// Numbers as files store them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "descent/tensor.h"

namespace descent::data {

struct NumberFormat {
  enum class Kind : std::uint8_t { boolean, natural, integer, real };
  Kind kind;
  /// In bytes: 1, 2, 4 or 8; not 1 for a real number, and 1 for a boolean.
  std::size_t size;
  bool big_endian = false;
};

/// The elements of an array of `shape` that are the rest of a file, from byte `begin` of it on, as a tensor of `dtype`
/// (by default as ArrayOptions says). An Error in the name of `source` if the rest has another size, or holds what the
/// dtype has no value for.
Tensor read_elements(std::string_view file, std::size_t begin, const NumberFormat& format, const Dims& shape,
                     std::optional<DType> dtype, const std::string& source);

}  // namespace descent::data
