#include "descent/nn/pixel_shuffle.h"

namespace descent::nn {
namespace {

std::int64_t checked(const char* layer, const char* what, std::int64_t value) {
  if (value < 1) fail(layer, ": ", what, " = ", value, " must be at least 1");
  return value;
}

}  // namespace

PixelShuffle::PixelShuffle(std::int64_t upscale_factor_)
    : upscale_factor(checked("PixelShuffle", "upscale_factor", upscale_factor_)) {}

Tensor PixelShuffle::forward(const Tensor& x) const try {
  return pixel_shuffle(x, upscale_factor);
} catch (const Error& error) {
  fail_as("PixelShuffle", error);
}

PixelUnshuffle::PixelUnshuffle(std::int64_t downscale_factor_)
    : downscale_factor(checked("PixelUnshuffle", "downscale_factor", downscale_factor_)) {}

Tensor PixelUnshuffle::forward(const Tensor& x) const try {
  return pixel_unshuffle(x, downscale_factor);
} catch (const Error& error) {
  fail_as("PixelUnshuffle", error);
}

ChannelShuffle::ChannelShuffle(std::int64_t groups_) : groups(checked("ChannelShuffle", "groups", groups_)) {}

Tensor ChannelShuffle::forward(const Tensor& x) const try {
  return channel_shuffle(x, groups);
} catch (const Error& error) {
  fail_as("ChannelShuffle", error);
}

}  // namespace descent::nn
