#include "descent/train/number_encoding.h"

#include <algorithm>
#include <numbers>
#include <vector>

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"

namespace descent::train {

namespace {

/// Values are one where they are closer than this, in standard deviations: slopes stay finite.
constexpr float kLeastGap = 1e-6F;

/// Where ramps begin and end: at most bins + 1 different values, from the least to the greatest.
std::vector<float> knots_of(std::vector<float> values, std::size_t bins) {
  std::sort(values.begin(), values.end());
  std::vector<float> different;
  for (const float value : values)
    if (different.empty() || value - different.back() > kLeastGap) different.push_back(value);
  if (different.size() <= bins + 1) return different;
  std::vector<float> knots;
  for (std::size_t i = 0; i <= bins; ++i) {
    const float quantile = values[(i * (values.size() - 1) + bins / 2) / bins];
    if (knots.empty() || quantile - knots.back() > kLeastGap) knots.push_back(quantile);
  }
  return knots;
}

}  // namespace

NumberEncoding::NumberEncoding(const NumberEncodingShape& shape) {
  if (shape.numbers > 0 && shape.bins > 0) {
    starts = nn::Buffer(zeros({shape.numbers, shape.bins}));
    slopes = nn::Buffer(zeros({shape.numbers, shape.bins}));
  }
  if (shape.numbers > 0 && shape.frequencies > 0) {
    frequencies = nn::Parameter(randn({shape.numbers, shape.frequencies}) * 0.1);
    phases = nn::Parameter((rand({shape.numbers, shape.frequencies}) * 2.0 - 1.0) * std::numbers::pi);
  }
}

Tensor NumberEncoding::forward(const Tensor& x) const {
  const Tensor column = x.unsqueeze(2);
  std::vector<Tensor> encoded;
  if (starts.defined()) encoded.push_back(flatten(clamp((column - starts) * slopes, 0.0, 1.0), 1));
  if (frequencies.defined())
    encoded.push_back(flatten(cos(column * (frequencies * (2 * std::numbers::pi)) + phases), 1));
  return encoded.size() == 1 ? encoded.front() : cat(encoded, 1);
}

void NumberEncoding::learn_bins(const Tensor& x) {
  if (!starts.defined()) return;
  const auto bins = static_cast<std::size_t>(starts.size(1));
  std::vector<float> start(static_cast<std::size_t>(starts.numel())), slope(start.size());
  for (std::int64_t number = 0; number < starts.size(0); ++number) {
    const std::vector<float> knots = knots_of(x.select(1, number).to_vector<float>(), bins);
    const std::size_t first = static_cast<std::size_t>(number) * bins;
    for (std::size_t i = 0; i + 1 < knots.size(); ++i) {
      start[first + i] = knots[i];
      slope[first + i] = 1 / (knots[i + 1] - knots[i]);
    }
  }
  const NoGrad no_grad;
  starts.copy_(tensor(start).reshape(starts.sizes()));
  slopes.copy_(tensor(slope).reshape(slopes.sizes()));
}

}  // namespace descent::train
