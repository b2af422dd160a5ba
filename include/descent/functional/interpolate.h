// Images and signals in another size.
#pragma once

#include <cstdint>
#include <vector>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// What a new position is made of: the element that its left end, or its middle, falls on; the two nearest along each
/// dimension, weighted by their distance (linear, bilinear and trilinear: along one, two and three dimensions); the
/// four nearest, by the cubic of Keys with a = -0.75; or the mean of all that it covers, as adaptive_avg_pool2d has it.
enum class InterpolationMode : std::uint8_t { nearest, nearest_exact, linear, bilinear, bicubic, trilinear, area };

struct InterpolateOptions {
  /// Of the result, or how many times as large it is, rounded down: one number for all dimensions, or one for each.
  Dims size = {};
  std::vector<double> scale_factor = {};
  InterpolationMode mode = InterpolationMode::nearest;
  /// Whether the middles of the first and last elements lie where they were, rather than their outer ends; of the
  /// linear modes and bicubic.
  bool align_corners = false;
  /// Whether positions are computed from the two sizes, rather than with scale_factor as it is.
  bool recompute_scale_factor = false;
};

/// x [N, C, ...], floating point, with its one, two or three last dimensions in another size.
///
/// Source: Keys, "Cubic convolution interpolation for digital image processing", IEEE Transactions on Acoustics,
/// Speech, and Signal Processing 29 (1981).
Tensor interpolate(const Tensor& x, const InterpolateOptions& options);

}  // namespace descent
