// Channels exchanged for positions, and among each other.
#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// [..., C r^2, H, W] to [..., C, H r, W r] with r = upscale_factor: r^2 channels become the squares of an image r
/// times as large (Shi et al., arXiv:1609.05158).
Tensor pixel_shuffle(const Tensor& x, std::int64_t upscale_factor);

/// Back from that: [..., C, H r, W r] to [..., C r^2, H, W] with r = downscale_factor.
Tensor pixel_unshuffle(const Tensor& x, std::int64_t downscale_factor);

/// x [N, C, ...] with the first channels of each of `groups` equal groups first, then the second ones, and so on (Zhang
/// et al., arXiv:1707.01083).
Tensor channel_shuffle(const Tensor& x, std::int64_t groups);

}  // namespace descent
