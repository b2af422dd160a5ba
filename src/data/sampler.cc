#include "descent/data/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "descent/create.h"
#include "descent/error.h"

namespace descent::data {
namespace {

std::int64_t checked_size(const char* sampler, std::int64_t size) {
  if (size < 0) fail(sampler, ": got a size of ", size);
  return size;
}

std::vector<double> uniform_numbers(std::int64_t count, Generator& generator) {
  return rand(count, {.dtype = float64}, generator).to_vector<double>();
}

/// As PyTorch draws: 32 at a time.
std::vector<std::int64_t> draw_with_replacement(std::int64_t size, std::int64_t samples, Generator& generator) {
  return randint(size, samples, {}, generator).to_vector<std::int64_t>();
}

/// As many permutations as it takes, and PyTorch draws one more for what is left, even if that is nothing.
std::vector<std::int64_t> draw_permutations(std::int64_t size, std::int64_t samples, Generator& generator) {
  std::vector<std::int64_t> drawn;
  for (bool last = false; !last;) {
    const std::int64_t left = samples - std::ssize(drawn);
    last = left < size || size == 0;
    const std::vector<std::int64_t> order = randperm(size, {}, generator).to_vector<std::int64_t>();
    drawn.insert(drawn.end(), order.begin(), order.begin() + (last ? left : size));
  }
  return drawn;
}

std::vector<std::int64_t> draw_by_weight(const std::vector<double>& weights, std::int64_t samples,
                                         Generator& generator) {
  std::vector<double> cumulated(weights.size());
  std::partial_sum(weights.begin(), weights.end(), cumulated.begin());
  const double sum = cumulated.back();
  for (double& value : cumulated) value /= sum;
  cumulated.back() = 1;
  std::vector<std::int64_t> drawn;
  for (const double number : uniform_numbers(samples, generator))
    drawn.push_back(std::ranges::lower_bound(cumulated, number) - cumulated.begin());
  return drawn;
}

std::vector<std::int64_t> draw_by_weight_once(const std::vector<double>& weights, std::int64_t samples,
                                              Generator& generator) {
  std::vector<double> keys = uniform_numbers(std::ssize(weights), generator);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    // Where the uniform number is 0, so is the exponential one: the first of all, unless it weighs nothing.
    keys[i] = weights[i] == 0 ? 0 : weights[i] / -std::log1p(-keys[i]);
  }
  std::vector<std::int64_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  const auto key_of = [&](std::int64_t position) { return keys[static_cast<std::size_t>(position)]; };
  std::ranges::partial_sort(order, order.begin() + samples, std::ranges::greater(), key_of);
  order.resize(static_cast<std::size_t>(samples));
  return order;
}

}  // namespace

SequentialSampler::SequentialSampler(std::int64_t size)
    : Sampler{checked_size("SequentialSampler", size), [size](Generator&) {
                std::vector<std::int64_t> order(static_cast<std::size_t>(size));
                std::iota(order.begin(), order.end(), std::int64_t{0});
                return order;
              }} {}

RandomSampler::RandomSampler(std::int64_t size, const RandomSamplerOptions& options)
    : Sampler{options.num_samples.value_or(checked_size("RandomSampler", size)), {}} {
  const std::int64_t samples = Sampler::size;
  if (samples < 0) fail("RandomSampler: got num_samples = ", samples);
  if (samples > 0 && size == 0) fail("RandomSampler: there is nothing to draw ", samples, " samples from");
  draw = [size, samples, replacement = options.replacement](Generator& generator) {
    return replacement && size > 0 ? draw_with_replacement(size, samples, generator)
                                   : draw_permutations(size, samples, generator);
  };
}

WeightedRandomSampler::WeightedRandomSampler(std::vector<double> weights, std::int64_t num_samples, bool replacement)
    : Sampler{num_samples, {}} {
  if (num_samples < 1) fail("WeightedRandomSampler: got num_samples = ", num_samples, ", wanted at least 1");
  double sum = 0;
  std::int64_t positive = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] >= 0)) fail("WeightedRandomSampler: weight ", i, " is ", weights[i]);
    positive += weights[i] > 0 ? 1 : 0;
    sum += weights[i];
  }
  if (!std::isfinite(sum)) fail("WeightedRandomSampler: the weights add up to ", sum, ", wanted a finite sum");
  if (positive < (replacement ? 1 : num_samples))
    fail("WeightedRandomSampler: ", positive, " of ", weights.size(), " weights are positive, to draw ", num_samples,
         replacement ? " samples" : " samples without replacement");
  // One sample is drawn the same way in both cases, as PyTorch does.
  draw = [weights = std::move(weights), num_samples, by_weight = replacement && num_samples > 1](Generator& generator) {
    return by_weight ? draw_by_weight(weights, num_samples, generator)
                     : draw_by_weight_once(weights, num_samples, generator);
  };
}

}  // namespace descent::data
