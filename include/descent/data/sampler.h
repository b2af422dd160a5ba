// Samplers: which items of a dataset an epoch has, and in which order.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "descent/export.h"
#include "descent/generator.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// How an epoch's items are chosen: `draw` gives the positions of `size` of them, with whatever randomness it needs
/// from the generator. Those below only fill in both; one of your own is a Sampler, too.
///
/// Source: torch.utils.data.Sampler. For the same generator the positions are those of PyTorch's samplers.
struct Sampler {
  std::int64_t size = 0;
  std::function<std::vector<std::int64_t>(Generator&)> draw;
};

/// 0, 1, ... size - 1.
struct SequentialSampler : Sampler {
  explicit SequentialSampler(std::int64_t size);
};

struct RandomSamplerOptions {
  /// Each item is drawn from all, whatever was drawn before.
  bool replacement = false;
  /// How many items an epoch has. Default: `size`.
  std::optional<std::int64_t> num_samples = std::nullopt;
};
/// Positions of [0, size) at random. Without replacement they are a randperm, and another one where that is used up.
struct RandomSampler : Sampler {
  explicit RandomSampler(std::int64_t size, const RandomSamplerOptions& options = {});
};

/// Positions of [0, weights.size()), each as probable as its weight says; the weights need not add up to 1. Without
/// replacement none is drawn twice, and those that are left stay in proportion.
///
/// An Error for weights that are negative or not finite, or of which none (without replacement: fewer than
/// `num_samples`) is positive.
///
/// With replacement a uniform number is looked up among the cumulated weights; without, the items with the largest
/// w / e are taken, e exponentially distributed (Efraimidis and Spirakis, "Weighted random sampling with a reservoir",
/// Information Processing Letters 97, 2006). Both are torch.multinomial's numbers.
struct WeightedRandomSampler : Sampler {
  WeightedRandomSampler(std::vector<double> weights, std::int64_t num_samples, bool replacement = true);
};

}  // namespace data
}  // namespace descent
