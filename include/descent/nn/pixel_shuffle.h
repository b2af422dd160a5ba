// Channels exchanged for positions, as layers. See functional/pixel_shuffle.h.
#pragma once

#include <cstdint>

#include "descent/functional/pixel_shuffle.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

class PixelShuffle final : public Module<PixelShuffle> {
 public:
  explicit PixelShuffle(std::int64_t upscale_factor);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("upscale_factor", upscale_factor); }

  std::int64_t upscale_factor;
};

class PixelUnshuffle final : public Module<PixelUnshuffle> {
 public:
  explicit PixelUnshuffle(std::int64_t downscale_factor);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("downscale_factor", downscale_factor); }

  std::int64_t downscale_factor;
};

class ChannelShuffle final : public Module<ChannelShuffle> {
 public:
  explicit ChannelShuffle(std::int64_t groups);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("groups", groups); }

  std::int64_t groups;
};

}  // namespace nn
}  // namespace descent
