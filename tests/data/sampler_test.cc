#include "descent/data/sampler.h"

#include <doctest/doctest.h>

#include <limits>

#include "data/golden_data.h"
#include "error_of.h"

using namespace descent;
using data::RandomSampler, data::SequentialSampler, data::WeightedRandomSampler;

TEST_CASE("samplers draw PyTorch's positions") {
  for (const auto& record : golden_data("samplers")) {
    CAPTURE(record.dump());
    Generator generator(3);
    const data::Sampler sampler = sampler_of(record);
    CHECK(sampler.size == record["samples"].get<std::int64_t>());
    for (const auto& order : record["orders"]) CHECK(sampler.draw(generator) == order.get<std::vector<std::int64_t>>());
  }
}

TEST_CASE("a SequentialSampler draws nothing at random") {
  Generator generator(1);
  CHECK(SequentialSampler(4).draw(generator) == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK(SequentialSampler(0).draw(generator).empty());
  CHECK(RandomSampler(0).draw(generator).empty());
  CHECK(RandomSampler(0, {.replacement = true}).draw(generator).empty());
  CHECK(generator.state() == Generator(1).state());
}

TEST_CASE("a WeightedRandomSampler draws by the weights") {
  Generator generator(0);
  std::vector<int> counts(3);
  for (const std::int64_t item : WeightedRandomSampler({1, 0, 3}, 4000).draw(generator)) ++counts[std::size_t(item)];
  CHECK(counts[1] == 0);
  CHECK(counts[2] > 2900);
  CHECK(counts[2] < 3100);
  CHECK(WeightedRandomSampler({0, 5, 0, 1e-9}, 2, false).draw(generator) == std::vector<std::int64_t>{1, 3});
}

TEST_CASE("samplers refuse what they cannot draw") {
  CHECK(error_of([] { SequentialSampler(-1); }) == "SequentialSampler: got a size of -1");
  CHECK(error_of([] { RandomSampler(-1); }) == "RandomSampler: got a size of -1");
  CHECK(error_of([] { RandomSampler(3, {.num_samples = -2}); }) == "RandomSampler: got num_samples = -2");
  CHECK(error_of([] { RandomSampler(0, {.num_samples = 2}); }) ==
        "RandomSampler: there is nothing to draw 2 samples from");
  CHECK(error_of([] { WeightedRandomSampler({1}, 0); }) ==
        "WeightedRandomSampler: got num_samples = 0, wanted at least 1");
  CHECK(error_of([] { WeightedRandomSampler({1, -0.5}, 1); }) == "WeightedRandomSampler: weight 1 is -0.5");
  CHECK(error_of([] { WeightedRandomSampler({std::numeric_limits<double>::quiet_NaN()}, 1); }) ==
        "WeightedRandomSampler: weight 0 is nan");
  CHECK(error_of([] {
          WeightedRandomSampler({1, std::numeric_limits<double>::infinity()}, 1);
        }) == "WeightedRandomSampler: the weights add up to inf, wanted a finite sum");
  CHECK(error_of([] {
          WeightedRandomSampler({0, 0}, 5);
        }) == "WeightedRandomSampler: 0 of 2 weights are positive, to draw 5 samples");
  CHECK(error_of([] {
          WeightedRandomSampler({0, 1}, 2, false);
        }) == "WeightedRandomSampler: 1 of 2 weights are positive, to draw 2 samples without replacement");
}
