// Images looked at through a grid of places.
#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// What a place between elements shows: the two nearest along each dimension, weighted by their distance; the nearest
/// one; or the four nearest along each of two dimensions, by the cubic of Keys with a = -0.75.
enum class GridSampleMode : std::uint8_t { bilinear, nearest, bicubic };

/// What is outside of the image: zeros, what lies at its border, or its reflections.
enum class GridSamplePadding : std::uint8_t { zeros, border, reflection };

struct GridSampleOptions {
  GridSampleMode mode = GridSampleMode::bilinear;
  GridSamplePadding padding_mode = GridSamplePadding::zeros;
  /// Whether -1 and 1 are the middles of the first and last elements, rather than their outer ends.
  bool align_corners = false;
};

/// x [N, C, H, W] at the places of grid [N, height, width, 2], or x [N, C, D, H, W] at those of grid
/// [N, depth, height, width, 3]: [N, C, height, width], or [N, C, depth, height, width]. A place is (x, y) or (x, y,
/// z), from -1 to 1 across the image. Differentiable in both. Three dimensions are not for bicubic.
///
/// Source: Jaderberg et al., "Spatial transformer networks", arXiv:1506.02025.
Tensor grid_sample(const Tensor& x, const Tensor& grid, GridSampleOptions options = {});

/// The grid of places that the affine maps theta, [N, 2, 3] or [N, 3, 4], make of those of an image of this size,
/// [N, C, H, W] or [N, C, D, H, W]: [N, H, W, 2] or [N, D, H, W, 3].
Tensor affine_grid(const Tensor& theta, const Dims& size, bool align_corners = false);

}  // namespace descent
