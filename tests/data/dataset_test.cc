#include "descent/data/dataset.h"

#include <doctest/doctest.h>

#include <numeric>
#include <string>

#include "data/golden_data.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "error_of.h"

using namespace descent;
using data::AnyDataset, data::ConcatDataset, data::FunctionDataset, data::random_split, data::Subset,
    data::TensorDataset, data::VectorDataset;

namespace {

/// All items, in their order.
template <data::Dataset D>
auto items_of(const D& dataset) {
  std::vector<data::ItemOf<D>> items;
  for (std::int64_t i = 0; i < dataset.size(); ++i) items.push_back(dataset.get(i));
  return items;
}

const auto square_of = [](std::int64_t i) { return i * i; };

}  // namespace

TEST_CASE("a TensorDataset has the rows of its tensors") {
  const Tensor x = arange(6).reshape({3, 2});
  const Tensor y = tensor({7, 8, 9});
  const TensorDataset pairs(x, y);
  static_assert(std::same_as<data::ItemOf<decltype(pairs)>, std::tuple<Tensor, Tensor>>);
  CHECK(pairs.size() == 3);
  const auto [row, label] = pairs.get(1);
  CHECK(equal(row, tensor({2, 3})));
  CHECK(equal(label, tensor(8)));
  CHECK(std::tuple_size_v<decltype(TensorDataset(x, y, x).get(0))> == 3);

  const TensorDataset rows(x);
  static_assert(std::same_as<data::ItemOf<decltype(rows)>, Tensor>);
  CHECK(equal(rows.get(2), tensor({4, 5})));
  CHECK(TensorDataset(rows).size() == 3);
  CHECK(TensorDataset(zeros({0, 2})).size() == 0);

  CHECK(error_of([&] { rows.get(3); }) == "TensorDataset: got position 3, there are 3 items");
  CHECK(error_of([&] { rows.get(-1); }) == "TensorDataset: got position -1, there are 3 items");
  CHECK(error_of([&] { TensorDataset(x, zeros(2)); }) ==
        "TensorDataset: [3, 2] and [2] have different numbers of rows");
  CHECK(error_of([&] { TensorDataset(zeros({})); }) == "TensorDataset: a tensor of rank 0 has no rows");
}

TEST_CASE("vectors and functions are datasets") {
  const VectorDataset words(std::vector<std::string>{"a", "b", "c"});
  CHECK(items_of(words) == std::vector<std::string>{"a", "b", "c"});
  CHECK(error_of([&] { words.get(3); }) == "VectorDataset: got position 3, there are 3 items");
  CHECK(items_of(VectorDataset(std::vector<bool>{true, false})) == std::vector<bool>{true, false});

  const FunctionDataset squares(4, square_of);
  CHECK(items_of(squares) == std::vector<std::int64_t>{0, 1, 4, 9});
  CHECK(error_of([&] { squares.get(4); }) == "FunctionDataset: got position 4, there are 4 items");
  CHECK(error_of([&] { FunctionDataset(-1, square_of); }) == "FunctionDataset: got a size of -1");
}

TEST_CASE("map passes items, or the parts of tuples, through a function") {
  const auto twice = data::map(FunctionDataset(4, square_of), [](std::int64_t item) { return 2.0 * double(item); });
  CHECK(items_of(twice) == std::vector<double>{0, 2, 8, 18});
  const auto sums = data::map(TensorDataset(arange(3), arange(3) * 10),
                              [](const Tensor& a, const Tensor& b) { return (a + b).item<std::int64_t>(); });
  CHECK(items_of(sums) == std::vector<std::int64_t>{0, 11, 22});
}

TEST_CASE("subsets and datasets after one another") {
  const FunctionDataset squares(5, square_of);
  const Subset some(squares, {4, 1, 1});
  CHECK(items_of(some) == std::vector<std::int64_t>{16, 1, 1});
  CHECK(items_of(Subset(some, {0})) == std::vector<std::int64_t>{16});
  CHECK(error_of([&] { Subset(squares, {0, 5}); }) == "Subset: got position 5, there are 5 items");
  CHECK(error_of([&] { some.get(3); }) == "Subset: got position 3, there are 3 items");

  const ConcatDataset all(std::vector{Subset(squares, {3, 2}), Subset(squares, {}), some});
  CHECK(items_of(all) == std::vector<std::int64_t>{9, 4, 16, 1, 1});
  CHECK(error_of([&] { all.get(5); }) == "ConcatDataset: got position 5, there are 5 items");
  CHECK(ConcatDataset(std::vector<Subset<FunctionDataset<decltype(square_of)>>>()).size() == 0);

  using Any = AnyDataset<std::int64_t>;
  const ConcatDataset mixed(std::vector<Any>{squares, VectorDataset(std::vector<std::int64_t>{7})});
  CHECK(items_of(mixed) == std::vector<std::int64_t>{0, 1, 4, 9, 16, 7});
}

TEST_CASE("random_split gives PyTorch's parts") {
  for (const auto& record : golden_data("splits")) {
    CAPTURE(record.dump());
    std::vector<data::Length> lengths;
    for (const auto& length : record["lengths"]) {
      if (length.is_number_integer())
        lengths.emplace_back(length.get<std::int64_t>());
      else
        lengths.emplace_back(length.get<double>());
    }
    Generator generator(8);
    const auto parts =
        random_split(FunctionDataset(record["size"], [](std::int64_t i) { return i; }), lengths, generator);
    REQUIRE(parts.size() == record["parts"].size());
    for (std::size_t i = 0; i < parts.size(); ++i)
      CHECK(items_of(parts[i]) == record["parts"][i].get<std::vector<std::int64_t>>());
  }
}

TEST_CASE("random_split refuses lengths that do not add up") {
  const FunctionDataset ten(10, square_of);
  const std::int64_t three = 3;
  CHECK(random_split(ten, {three, 7})[1].size() == 7);
  CHECK(random_split(ten, {0.1, 0.2, 0.3, 0.4})[3].size() == 4);
  CHECK(error_of([&] {
          random_split(ten, {three, 6});
        }) == "random_split: the lengths add up to 9, the dataset has 10 items");
  CHECK(error_of([&] {
          random_split(ten, {three, 8});
        }) == "random_split: the lengths add up to more than the 10 items of the dataset");
  CHECK(error_of([&] {
          random_split(ten, {11, -1});
        }) == "random_split: the lengths add up to more than the 10 items of the dataset");
  CHECK(error_of([&] { random_split(ten, {-1, 11}); }) == "random_split: got a length of -1");
  CHECK(error_of([&] { random_split(ten, {0.5, 0.4}); }) == "random_split: the fractions add up to 0.9, wanted 1");
  CHECK(error_of([&] {
          random_split(ten, {1.5, -0.5});
        }) == "random_split: got the fraction 1.5, wanted one of [0, 1]");
  CHECK(error_of([&] {
          random_split(ten, {5, 0.5});
        }) == "random_split: got numbers of items and fractions, wanted one kind");
  CHECK(error_of([&] { random_split(ten, {}); }) == "random_split: the lengths add up to 0, the dataset has 10 items");
}
