#include "descent/functional/pixel_shuffle.h"

#include "core/tensor_impl.h"
#include "descent/ops.h"

namespace descent {
namespace {

void check_image(const char* name, const Dims& sizes) {
  if (sizes.size() < 3) fail(name, ": wants [..., C, H, W], not shape ", sizes);
}

void check_factor(const char* name, const char* what, std::int64_t factor) {
  if (factor < 1) fail(name, ": ", what, " = ", factor, " must be at least 1");
}

// The product of all sizes but the last three.
std::int64_t batch_of(const Dims& sizes) { return numel_of(Dims(std::span(sizes.begin(), sizes.end() - 3))); }

// `sizes` with other last three.
Dims image_of(const Dims& sizes, std::int64_t channels, std::int64_t height, std::int64_t width) {
  Dims result(std::span(sizes.begin(), sizes.end() - 3));
  for (const std::int64_t size : {channels, height, width}) result.push_back(size);
  return result;
}

}  // namespace

Tensor pixel_shuffle(const Tensor& x, std::int64_t upscale_factor) try {
  const Dims& sizes = impl_of(x, "pixel_shuffle").sizes;
  const std::int64_t r = upscale_factor;
  check_image("pixel_shuffle", sizes);
  check_factor("pixel_shuffle", "upscale_factor", r);
  const int first = sizes.size() - 3;
  const std::int64_t channels = sizes[first] / r / r, height = sizes[first + 1], width = sizes[first + 2];
  if (channels * r * r != sizes[first]) {
    fail("pixel_shuffle: ", sizes[first], " channels are not a multiple of ", r, " x ", r);
  }
  const Tensor apart = reshape(x, {batch_of(sizes), channels, r, r, height, width});
  return reshape(permute(apart, {0, 1, 4, 2, 5, 3}), image_of(sizes, channels, height * r, width * r));
} catch (const Error& error) {
  fail_as("pixel_shuffle", error);
}

Tensor pixel_unshuffle(const Tensor& x, std::int64_t downscale_factor) try {
  const Dims& sizes = impl_of(x, "pixel_unshuffle").sizes;
  const std::int64_t r = downscale_factor;
  check_image("pixel_unshuffle", sizes);
  check_factor("pixel_unshuffle", "downscale_factor", r);
  const int first = sizes.size() - 3;
  const std::int64_t channels = sizes[first], height = sizes[first + 1] / r, width = sizes[first + 2] / r;
  if (height * r != sizes[first + 1] || width * r != sizes[first + 2]) {
    fail("pixel_unshuffle: images of ", sizes[first + 1], " x ", sizes[first + 2], " are not made of squares of ", r,
         " x ", r);
  }
  const Tensor apart = reshape(x, {batch_of(sizes), channels, height, r, width, r});
  return reshape(permute(apart, {0, 1, 3, 5, 2, 4}), image_of(sizes, channels * r * r, height, width));
} catch (const Error& error) {
  fail_as("pixel_unshuffle", error);
}

Tensor channel_shuffle(const Tensor& x, std::int64_t groups) try {
  const Dims& sizes = impl_of(x, "channel_shuffle").sizes;
  if (sizes.size() < 3) fail("channel_shuffle: wants [N, C, ...] of 3 dimensions or more, not shape ", sizes);
  check_factor("channel_shuffle", "groups", groups);
  if (sizes[1] % groups != 0) fail("channel_shuffle: ", sizes[1], " channels do not make ", groups, " equal groups");
  const std::int64_t positions = numel_of(Dims(std::span(sizes.begin() + 2, sizes.end())));
  const Tensor apart = reshape(x, {sizes[0], groups, sizes[1] / groups, positions});
  return reshape(transpose(apart, 1, 2), sizes);
} catch (const Error& error) {
  fail_as("channel_shuffle", error);
}

}  // namespace descent
