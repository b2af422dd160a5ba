// Floating point numbers of 16 bits, as elements are stored. Arithmetic on them is float's: they convert to it,
// exactly, by themselves, and from it, rounded to the nearest with ties to even, when asked.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// IEEE 754 binary16: 5 bits of exponent, 10 of fraction.
struct Float16 {
  std::uint16_t bits = 0;

  constexpr Float16() = default;
  constexpr explicit Float16(float value) {
    const auto word = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = word >> 16 & 0x8000, magnitude = word & 0x7fffffff;
    std::uint32_t half;
    if (magnitude > 0x7f800000) {  // NaN: quiet, with what fits of its payload
      half = 0x7e00 | (magnitude >> 13 & 0x3ff);
    } else if (magnitude < 0x38800000) {
      // Below the smallest normal number: adding 0.5 leaves the fraction, rounded, in the last bits.
      half = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000;
    } else {
      const std::uint32_t rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
      half = rounded >= 0x47800000 ? 0x7c00 : (rounded - 0x38000000) >> 13;
    }
    bits = static_cast<std::uint16_t>(sign | half);
  }
  constexpr operator float() const {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16, magnitude = bits & 0x7fff;
    std::uint32_t word;
    if (magnitude >= 0x7c00)
      word = 0x7f800000 | (magnitude & 0x3ff) << 13;
    else if (magnitude >= 0x400)
      word = (magnitude << 13) + 0x38000000;
    else
      word = std::bit_cast<std::uint32_t>(static_cast<float>(magnitude) * 0x1p-24f);
    return std::bit_cast<float>(sign | word);
  }
};

/// The upper half of a float: 8 bits of exponent, 7 of fraction.
struct BFloat16 {
  std::uint16_t bits = 0;

  constexpr BFloat16() = default;
  constexpr explicit BFloat16(float value) {
    const auto word = std::bit_cast<std::uint32_t>(value);
    const bool is_nan = (word & 0x7fffffff) > 0x7f800000;
    bits = static_cast<std::uint16_t>(is_nan ? word >> 16 | 0x40 : (word + 0x7fff + (word >> 16 & 1)) >> 16);
  }
  constexpr operator float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
};

}  // namespace descent

// What dtype.h and who asks for the limits of element types want to know.
template <>
struct std::numeric_limits<descent::Float16> {
  static constexpr bool is_specialized = true, is_signed = true, is_integer = false;
  static constexpr int digits = 11, max_exponent = 16;
  static constexpr descent::Float16 epsilon() noexcept { return descent::Float16(0x1p-10f); }
};
template <>
struct std::numeric_limits<descent::BFloat16> {
  static constexpr bool is_specialized = true, is_signed = true, is_integer = false;
  static constexpr int digits = 8, max_exponent = 128;
  static constexpr descent::BFloat16 epsilon() noexcept { return descent::BFloat16(0x1p-7f); }
};
