#include "descent/data/data_loader.h"

#include <doctest/doctest.h>

#include <atomic>
#include <ranges>
#include <stdexcept>
#include <thread>

#include "data/golden_data.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "error_of.h"

using namespace descent;
using data::Collate, data::DataLoader, data::DataLoaderOptions, data::FunctionDataset, data::TensorDataset;

namespace {

const auto itself = [](std::int64_t i) { return i; };

template <class Loader>
std::vector<std::vector<std::int64_t>> epoch_of(Loader& loader) {
  std::vector<std::vector<std::int64_t>> batches;
  for (const Tensor& batch : loader) batches.push_back(batch.template to_vector<std::int64_t>());
  return batches;
}

static_assert(std::ranges::input_range<DataLoader<FunctionDataset<decltype(itself)>>&>);

/// A dataset whose items are random, and take times that differ.
FunctionDataset<Tensor (*)(std::int64_t)> noise() {
  return {23, [](std::int64_t i) {
            if (i % 5 == 0) std::this_thread::yield();
            return cat({full(1, static_cast<double>(i)), randn(2)});
          }};
}

}  // namespace

TEST_CASE("a DataLoader's epochs are PyTorch's, for any number of workers") {
  for (const auto& record : golden_data("loaders")) {
    for (const int workers : {0, 1, 3}) {
      CAPTURE(record.dump());
      CAPTURE(workers);
      DataLoader loader(FunctionDataset(record["size"], itself), {.batch_size = record["batch_size"],
                                                                  .drop_last = record["drop_last"],
                                                                  .sampler = sampler_of(record),
                                                                  .num_workers = workers,
                                                                  .generator = Generator(5)});
      CHECK(loader.size() == record["batches"].get<std::int64_t>());
      for (const auto& epoch : record["epochs"])
        CHECK(epoch_of(loader) == epoch.get<std::vector<std::vector<std::int64_t>>>());
    }
  }
}

TEST_CASE("shuffle is a RandomSampler, and by default items come in their order, one by one") {
  const FunctionDataset ten(10, itself);
  DataLoader shuffled(ten, {.batch_size = 10, .shuffle = true, .generator = Generator(2)});
  DataLoader sampled(ten, {.batch_size = 10, .sampler = data::RandomSampler(10), .generator = Generator(2)});
  CHECK(epoch_of(shuffled) == epoch_of(sampled));
  DataLoader in_order(FunctionDataset(3, itself));
  CHECK(epoch_of(in_order) == std::vector<std::vector<std::int64_t>>{{0}, {1}, {2}});
  DataLoader empty(FunctionDataset(0, itself), {.shuffle = true, .num_workers = 1});
  CHECK(empty.size() == 0);
  CHECK(epoch_of(empty).empty());
  DataLoader reversed(ten, {.batch_size = 2, .sampler = data::Sampler{3, [](Generator&) {
                                                                        return std::vector<std::int64_t>{9, 8, 7};
                                                                      }}});
  CHECK(epoch_of(reversed) == std::vector<std::vector<std::int64_t>>{{9, 8}, {7}});
}

TEST_CASE("batches have the same bits for any number of workers, what items draw included") {
  const auto batches_with = [](int workers, int prefetch) {
    Generator outside(9);
    const WithGenerator as_default(outside);
    DataLoader loader(noise(), {.batch_size = 4,
                                .shuffle = true,
                                .num_workers = workers,
                                .prefetch_factor = prefetch,
                                .generator = Generator(1)});
    std::vector<Tensor> batches;
    for (int epoch = 0; epoch < 2; ++epoch)
      for (const Tensor& batch : loader) batches.push_back(batch);
    CHECK(outside.state() == Generator(9).state());
    return batches;
  };
  const std::vector<Tensor> expected = batches_with(0, 2);
  REQUIRE(expected.size() == 12);
  CHECK_FALSE(equal(expected[0].slice(1, 1, 3), expected[1].slice(1, 1, 3)));
  for (const auto& [workers, prefetch] : {std::pair(1, 2), {3, 1}, {3, 4}, {16, 2}}) {
    const std::vector<Tensor> batches = batches_with(workers, prefetch);
    REQUIRE(batches.size() == expected.size());
    for (std::size_t i = 0; i < batches.size(); ++i) CHECK(equal(batches[i], expected[i]));
  }
}

TEST_CASE("the generator's state between epochs decides those to come") {
  const auto loader_with = [](int workers) {
    return DataLoader(noise(), {.batch_size = 5, .shuffle = true, .num_workers = workers});
  };
  auto first = loader_with(0);
  for (const Tensor& batch : first) CHECK(batch.size(1) == 3);
  const StateDict state = first.generator().state_dict();
  auto resumed = loader_with(2);
  resumed.generator().load_state_dict(state);
  auto other = resumed.begin();
  for (const Tensor& batch : first) {
    CHECK(equal(batch, *other));
    ++other;
  }
  CHECK(other == resumed.end());
}

TEST_CASE("tuples come as tuples, without history") {
  const Tensor x = arange(6).to(float32).reshape({3, 2}).requires_grad_();
  for (const int workers : {0, 1}) {
    DataLoader loader(TensorDataset(x, arange(3)), {.batch_size = 2, .num_workers = workers});
    std::int64_t rows = 0;
    for (auto& [inputs, labels] : loader) {
      CHECK_FALSE(inputs.requires_grad());
      CHECK(equal(inputs, x.detach().slice(0, rows, rows + 2)));
      CHECK(labels.dtype() == int64);
      rows += labels.size(0);
    }
    CHECK(rows == 3);
    CHECK(is_grad_enabled());
  }
}

TEST_CASE("rows of tensors are the same taken at once or one by one") {
  const Tensor x = randn({9, 2}), y = arange(9);
  const TensorDataset rows(x, y);
  const auto check = [](const auto& dataset) {
    DataLoader at_once(dataset, {.batch_size = 4, .shuffle = true, .generator = Generator(3)});
    DataLoader one_by_one(dataset, {.batch_size = 4, .shuffle = true, .generator = Generator(3)},
                          [](std::vector<std::tuple<Tensor, Tensor>> items) { return Collate()(std::move(items)); });
    auto other = one_by_one.begin();
    for (const auto& [inputs, labels] : at_once) {
      CHECK(equal(inputs, std::get<0>(*other)));
      CHECK(equal(labels, std::get<1>(*other)));
      ++other;
    }
    CHECK(other == one_by_one.end());
  };
  check(rows);
  check(data::Subset(rows, {8, 1, 1, 5, 0}));
  const TensorDataset labels(y);
  DataLoader alone(labels, {.batch_size = 9});
  CHECK(equal(*alone.begin(), y));
}

TEST_CASE("a collate function of one's own makes any batch") {
  DataLoader loader(FunctionDataset(5, itself), {.batch_size = 2},
                    [](const std::vector<std::int64_t>& items) { return std::string(items.size(), 'x'); });
  std::vector<std::string> batches;
  for (const std::string& batch : loader) batches.push_back(batch);
  CHECK(batches == std::vector<std::string>{"xx", "xx", "x"});
  DataLoader padded(data::map(FunctionDataset(4, itself), [](std::int64_t i) { return ones(i); }), {.batch_size = 4},
                    data::PadCollate{});
  CHECK(equal((*padded.begin()).sum({1}), tensor({0.0, 1.0, 2.0, 3.0})));
}

TEST_CASE("an exception names its item, reaches the loop from any worker, and ends the epoch") {
  const auto spoiled = data::map(FunctionDataset(20, itself), [](std::int64_t i) {
    if (i == 13) throw std::out_of_range("no such image");
    if (i == 17) throw 17;
    return i;
  });
  for (const int workers : {0, 1, 3}) {
    CAPTURE(workers);
    DataLoader loader(spoiled, {.batch_size = 4, .num_workers = workers});
    auto batch = loader.begin();
    ++batch;
    ++batch;
    CHECK(error_of([&] { ++batch; }) == "DataLoader: item 13: no such image");
    CHECK(batch == loader.end());
    ++batch;
    CHECK(batch == loader.end());
    DataLoader strange(data::Subset(spoiled, {17}), {.num_workers = workers});
    CHECK(error_of([&] { strange.begin(); }) == "DataLoader: item 0: an exception that is no std::exception");
    DataLoader ragged(data::map(FunctionDataset(6, itself), [](std::int64_t i) { return zeros(1 + i / 5); }),
                      {.batch_size = 3, .num_workers = workers});
    CHECK(error_of([&] {
            for ([[maybe_unused]] const Tensor& x : ragged) continue;
          }) == "DataLoader: batch 1: collate: items of [1] and [2] cannot be stacked");
    bool nested = false;
    try {
      for ([[maybe_unused]] const Tensor& x : loader) continue;
    } catch (const Error& error) {
      try {
        std::rethrow_if_nested(error);
      } catch (const std::out_of_range&) {
        nested = true;
      }
    }
    CHECK(nested);
  }
}

TEST_CASE("workers keep within their window, and an epoch may be left, outlive its loader, or be one of two") {
  std::atomic<int> read = 0;
  const FunctionDataset counted(100, [&](std::int64_t i) { return ++read, i; });
  {
    DataLoader loader(counted, {.num_workers = 2, .prefetch_factor = 3});
    auto batch = loader.begin();
    ++batch;
  }
  CHECK(read >= 2);
  CHECK(read <= 8);

  std::optional loader = DataLoader(FunctionDataset(4, itself), {.batch_size = 2, .num_workers = 1});
  auto one = loader->begin();
  auto two = loader->begin();
  ++one;
  loader.reset();
  CHECK(equal(*one, tensor({2, 3})));
  CHECK(equal(*two, tensor({0, 1})));
}

TEST_CASE("a DataLoader refuses options that mean nothing, and samplers that do not fit") {
  const auto error_with = [](DataLoaderOptions options) {
    return error_of([&] { DataLoader(FunctionDataset(3, itself), options).begin(); });
  };
  CHECK(error_with({.batch_size = 0}) == "DataLoader: got batch_size = 0, wanted at least 1");
  CHECK(error_with({.num_workers = -1}) == "DataLoader: got num_workers = -1");
  CHECK(error_with({.prefetch_factor = 0}) == "DataLoader: got prefetch_factor = 0, wanted at least 1");
  CHECK(error_with({.shuffle = true, .sampler = data::SequentialSampler(3)}) ==
        "DataLoader: a sampler decides the order, shuffle must be false");
  CHECK(error_with({.sampler = data::SequentialSampler(4)}) ==
        "DataLoader: the sampler drew item 3, the dataset has 3");
  CHECK(error_with({.sampler = data::Sampler{2, [](Generator&) { return std::vector<std::int64_t>{0}; }}}) ==
        "DataLoader: the sampler drew 1 items, its size is 2");
}
