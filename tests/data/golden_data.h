#pragma once

#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "descent/data/sampler.h"

namespace descent {

/// A section of tests/golden/data.json: records of what torch.utils.data does.
inline nlohmann::json golden_data(const char* section) {
  static const auto all = nlohmann::json::parse(std::ifstream(DESCENT_SOURCE_DIR "/tests/golden/data.json"));
  return all.at(section);
}

/// The sampler of a record.
inline data::Sampler sampler_of(const nlohmann::json& record) {
  const std::int64_t size = record["size"], samples = record["samples"];
  const bool replacement = record["replacement"];
  if (record["sampler"] == "sequential") return data::SequentialSampler(size);
  if (record["sampler"] == "random")
    return data::RandomSampler(size, {.replacement = replacement, .num_samples = samples});
  std::vector<double> weights;
  for (int i = 0; i < size; ++i) weights.push_back((7 * i % 11) / 4.0);
  return data::WeightedRandomSampler(weights, samples, replacement);
}

}  // namespace descent
