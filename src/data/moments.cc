#include "data/moments.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace descent::data {

Moments moments_of(std::span<const double> values) {
  if (values.empty()) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (*low == *high) return {*low, 0};
  // In units of the largest magnitude, a power of two so that dividing rounds nothing.
  const double unit = std::exp2(std::ilogb(std::max(std::fabs(*low), std::fabs(*high))));
  const double n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / unit;
  mean /= n;
  double variance = 0;
  for (const double value : values) variance += (value / unit - mean) * (value / unit - mean);
  const double scale = std::sqrt(variance / n) * unit;
  return {mean * unit, std::clamp(scale, std::numeric_limits<double>::min(), std::numeric_limits<double>::max())};
}

}  // namespace descent::data
