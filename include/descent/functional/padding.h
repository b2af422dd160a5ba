// Padding: more positions, or fewer, at the ends of dimensions.
#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// What stands in new positions: a value; the elements as in a mirror at the first and at the last one, which are not
/// repeated; the first and the last one over and over; or what the other end has, as on a ring.
enum class PadMode : std::uint8_t { constant, reflect, replicate, circular };

struct PadOptions {
  PadMode mode = PadMode::constant;
  double value = 0;  // of the constant
};

/// x with padding[0] positions more before the last dimension and padding[1] behind it, padding[2] and padding[3] for
/// the one before that, and so on, for the last four dimensions at most. Negative padding takes positions away; a ring
/// is then of those that are left. What is reflected must be larger than each padding, a ring not smaller; empty
/// dimensions have nothing but a constant to be padded with. Always a copy.
Tensor pad(const Tensor& x, const Dims& padding, PadOptions options = {});

}  // namespace descent
