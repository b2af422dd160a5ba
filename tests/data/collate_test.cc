#include "descent/data/collate.h"

#include <doctest/doctest.h>

#include "data/golden_data.h"
#include "descent/ops.h"
#include "error_of.h"

using namespace descent;
using data::Collate, data::PadCollate, data::pad_sequence, data::PaddingSide;

TEST_CASE("Collate stacks tensors and makes tensors of numbers") {
  const Collate collate;
  CHECK(equal(collate(std::vector{tensor({1, 2}), tensor({3, 4})}), tensor({{1, 2}, {3, 4}})));
  const Tensor integers = collate(std::vector<short>{1, 2});
  CHECK(integers.dtype() == int64);
  CHECK(equal(integers, tensor({1, 2})));
  CHECK(collate(std::vector<float>{0.5f}).dtype() == float32);
  CHECK(collate(std::vector<double>{0.5}).dtype() == float64);
  CHECK(equal(collate(std::vector<bool>{true, false}), tensor({true, false})));
  CHECK(collate(std::vector<std::string>{"a", "b"}) == std::vector<std::string>{"a", "b"});
  CHECK(error_of([&] {
          collate(std::vector{zeros(2), zeros(3)});
        }) == "collate: items of [2] and [3] cannot be stacked");
}

TEST_CASE("Collate keeps pairs and tuples") {
  const Collate collate;
  using Pair = std::pair<Tensor, int>;
  const std::pair<Tensor, Tensor> pair = collate(std::vector<Pair>{{tensor({1, 2}), 5}, {tensor({3, 4}), 6}});
  CHECK(equal(pair.first, tensor({{1, 2}, {3, 4}})));
  CHECK(equal(pair.second, tensor({5, 6})));
  using Nested = std::tuple<Pair, std::string, float>;
  const auto [inner, names, numbers] = collate(std::vector<Nested>{{{tensor({1}), 2}, "a", 0.5f}});
  static_assert(std::same_as<std::remove_cv_t<decltype(inner)>, std::pair<Tensor, Tensor>>);
  CHECK(equal(inner.first, tensor({{1}})));
  CHECK(names == std::vector<std::string>{"a"});
  CHECK(equal(numbers, tensor({0.5})));
  const std::tuple<Tensor> alone = collate(std::vector<std::tuple<Tensor>>{{tensor({1})}});
  CHECK(equal(std::get<0>(alone), tensor({{1}})));
}

TEST_CASE("PadCollate pads sequences and stacks numbers") {
  using Item = std::pair<Tensor, Tensor>;
  const std::vector<Item> items = {{tensor({1, 2}), tensor(0)}, {tensor({3}), tensor(1)}};
  const auto [sequences, labels] = PadCollate{.padding_value = -1}(items);
  CHECK(equal(sequences, tensor({{1, 2}, {3, -1}})));
  CHECK(equal(labels, tensor({0, 1})));
  const auto [columns, same] = PadCollate{.batch_first = false, .padding_side = PaddingSide::left}(items);
  CHECK(equal(columns, tensor({{1, 0}, {2, 3}})));
}

TEST_CASE("pad_sequence pads as PyTorch's") {
  for (const auto& record : golden_data("padded")) {
    CAPTURE(record.dump());
    std::vector<Tensor> sequences;
    for (const auto& sizes : record["sizes"]) {
      const Dims shape(sizes.get<std::vector<std::int64_t>>());
      const std::int64_t count = numel_of(shape);
      sequences.push_back(arange(1, count + 1).reshape(shape) * (std::ssize(sequences) + 1));
    }
    const Tensor padded =
        pad_sequence(sequences, {.batch_first = record["batch_first"],
                                 .padding_value = -1,
                                 .padding_side = record["side"] == "left" ? PaddingSide::left : PaddingSide::right});
    CHECK(padded.sizes() == Dims(record["shape"].get<std::vector<std::int64_t>>()));
    CHECK(padded.to_vector<std::int64_t>() == record["values"].get<std::vector<std::int64_t>>());
  }
}

TEST_CASE("pad_sequence takes the dtype of the first, gives gradients and refuses what does not fit") {
  CHECK(pad_sequence({tensor({1}), tensor({1.5, 2.5})}).dtype() == int64);
  const Tensor x = tensor({1.0, 2.0}, {.requires_grad = true});
  (pad_sequence({x, zeros(3)}) * 3).sum().backward();
  CHECK(equal(x.grad(), tensor({3.0, 3.0})));
  CHECK(error_of([] { pad_sequence({}); }) == "pad_sequence: there are no sequences");
  CHECK(error_of([] { pad_sequence({zeros(2), zeros({})}); }) == "pad_sequence: sequence 1 has no dimensions");
  CHECK(error_of([] {
          pad_sequence({zeros({2, 3}), zeros({2, 2})});
        }) == "pad_sequence: sequence 1 is [2, 2], the first [2, 3]; they may differ in their first size alone");
}
