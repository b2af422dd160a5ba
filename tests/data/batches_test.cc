#include "descent/data/batches.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "descent/create.h"
#include "descent/ops.h"

using namespace descent;
using data::Batches;

TEST_CASE("an epoch holds each row once, with its target") {
  Batches batches(arange(10).to(float32).reshape({10, 1}), arange(10) * 7, 4, Generator(0));
  CHECK(batches.rows() == 10);
  CHECK(batches.count() == 3);
  std::vector<std::int64_t> sizes, seen;
  for (const auto& [x, y] : batches) {
    sizes.push_back(x.size(0));
    CHECK(equal(x.flatten().to(int64) * 7, y));
    for (const std::int64_t row : x.to_vector<std::int64_t>()) seen.push_back(row);
  }
  CHECK(sizes == std::vector<std::int64_t>{4, 4, 2});
  CHECK_FALSE(std::is_sorted(seen.begin(), seen.end()));
  std::sort(seen.begin(), seen.end());
  CHECK(seen == arange(10).to_vector<std::int64_t>());
}

TEST_CASE("each epoch has an order of its own, decided by the seed") {
  const auto epochs = [](std::uint64_t seed) {
    Batches batches(arange(20), arange(20), 20, Generator(seed));
    std::vector<std::vector<std::int64_t>> orders;
    for (int epoch = 0; epoch < 2; ++epoch)
      for (const auto& [x, y] : batches) orders.push_back(x.to_vector<std::int64_t>());
    return orders;
  };
  CHECK(epochs(1)[0] != epochs(1)[1]);
  CHECK(epochs(1) == epochs(1));
  CHECK(epochs(1) != epochs(2));
}

TEST_CASE("the order of an epoch is a randperm, and its generator's state decides the next") {
  Generator generator(0);
  Batches batches(arange(10), arange(10), 10, generator);
  CHECK(equal((*batches.begin()).inputs, randperm(10, {}, generator)));
  const StateDict state = batches.generator().state_dict();
  const Tensor second = (*batches.begin()).inputs;
  Batches resumed(arange(10), arange(10), 10);
  resumed.generator().load_state_dict(state);
  CHECK(equal((*resumed.begin()).inputs, second));

  manual_seed(4);
  Batches by_default(arange(10), arange(10), 10);
  manual_seed(4);
  Batches forked(arange(10), arange(10), 10, default_generator().fork());
  CHECK(equal((*by_default.begin()).inputs, (*forked.begin()).inputs));
}

TEST_CASE("batches of what does not fit together are refused") {
  CHECK_THROWS_WITH_AS(Batches(zeros({3, 2}), zeros(4), 2, Generator(0)),
                       "Batches: inputs [3, 2] and targets [4] must have the same number of rows, at least one", Error);
  CHECK_THROWS_AS(Batches(zeros({0, 2}), zeros(0), 2, Generator(0)), Error);
  CHECK_THROWS_AS(Batches(zeros({3, 2}), zeros(3), 0, Generator(0)), Error);
}
