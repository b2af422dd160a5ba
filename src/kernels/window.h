// Windows that move along the dimensions of a plane.
#pragma once

#include <algorithm>
#include <cstdint>

namespace descent::kernels {

/// How windows lie along one dimension: output o sees positions o * stride - padding + j * dilation, for all j below
/// `kernel`, as far as they are there.
struct WindowDim {
  std::int64_t in = 1, out = 1;
  std::int64_t kernel = 1, stride = 1, padding = 0, dilation = 1;
};

struct Range {
  std::int64_t begin, end;
};

/// The j of an output's positions that are there.
inline Range taps_of(const WindowDim& dim, std::int64_t o) {
  const std::int64_t first = o * dim.stride - dim.padding;
  const auto steps = [&](std::int64_t distance) {
    return distance <= 0 ? 0 : std::min((distance + dim.dilation - 1) / dim.dilation, dim.kernel);
  };
  return {steps(-first), steps(dim.in - first)};
}

/// The outputs whose position j is there.
inline Range outputs_of(const WindowDim& dim, std::int64_t j) {
  const std::int64_t first = j * dim.dilation - dim.padding;
  const auto steps = [&](std::int64_t distance) {
    return distance <= 0 ? 0 : std::min((distance + dim.stride - 1) / dim.stride, dim.out);
  };
  return {steps(-first), steps(dim.in - first)};
}

}  // namespace descent::kernels
