// Tables of vectors: how they start, against PyTorch (tests/golden/embedding_layers.py), and their options.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>

#include "descent/descent.h"
#include "error_of.h"
#include "golden/golden.h"

namespace descent {

TEST_CASE("tables of vectors start with PyTorch's numbers") {
  const std::map<std::string, std::function<StateDict()>> layers = {
      {"embedding", [] { return nn::Embedding(7, 5).state_dict(); }},
      {"embedding_small", [] { return nn::Embedding(3, 2).state_dict(); }},
      {"embedding_padding", [] { return nn::Embedding(7, 5, {.padding_idx = -2}).state_dict(); }},
      {"embedding_float64", [] { return nn::Embedding(7, 5, {.dtype = float64}).state_dict(); }},
      {"embedding_bag", [] { return nn::EmbeddingBag(7, 5).state_dict(); }},
      {"embedding_bag_padding", [] { return nn::EmbeddingBag(7, 5, {.padding_idx = 2}).state_dict(); }},
  };
  const Golden golden("embedding_layers");
  CHECK(golden.cases().size() == layers.size());
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    CAPTURE(id);
    manual_seed(std::stoull(PythonCall(PythonCall::split(code, ';').at(0)).arguments.at(0)));
    const StateDict state = layers.at(id)();
    CHECK(state.size() == 1);
    CHECK(state.at("weight").dtype() == golden[id + "/weight"].dtype());
    CHECK(equal(state.at("weight"), golden[id + "/weight"]));
  }
}

TEST_CASE("tables of vectors are looked up as their options say") {
  const Tensor index = tensor({{0, 2}, {1, 1}});
  const nn::Embedding table(3, 4, {.padding_idx = 0, .scale_grad_by_freq = true});
  CHECK(equal(table(index), embedding(index, table.weight)));
  sum(table(index)).backward();
  CHECK(equal(table.weight.grad(), tensor({0, 1, 1}).to(float32).unsqueeze(1).expand({3, 4})));
  const nn::Embedding bounded(3, 4, {.max_norm = 0.5, .norm_type = 1});
  bounded(index);
  CHECK(all(norm(bounded.weight, 1, 1) <= 0.50001).item<bool>());

  const nn::EmbeddingBag bag(3, 4, {.mode = Bag::sum, .include_last_offset = true});
  const Tensor factors = tensor({1.0, 2.0, 3.0});
  CHECK(equal(bag(tensor({0, 1, 2}), tensor({0, 1, 3}), factors),
              stack({bag.weight[0], 2 * bag.weight[1] + 3 * bag.weight[2]})));
}

TEST_CASE("a table of vectors can be one that is there") {
  const Tensor vectors = tensor({{1.0, 2.0}, {3.0, 4.0}});
  const auto frozen = nn::Embedding::from_pretrained(vectors);
  CHECK(!frozen.weight.requires_grad());
  CHECK(equal(frozen(tensor({1})), vectors(Slice(1, 2))));
  CHECK(nn::Embedding::from_pretrained(vectors, false, {.padding_idx = 0}).weight.requires_grad());
  CHECK(equal(nn::EmbeddingBag::from_pretrained(vectors)(tensor({{0, 1}})), tensor({{2.0, 3.0}})));
  vectors.mul_(2);
  CHECK(equal(frozen.weight, vectors));
}

TEST_CASE("tables of vectors say what they want") {
  CHECK(error_of([] { nn::Embedding(3, -1); }) == "Embedding: wants sizes of 0 or more, not 3 and -1");
  CHECK(error_of([] { nn::Embedding(3, 2, {.padding_idx = 3}); }) == "Embedding: padding_idx = 3 is no row of 3");
  CHECK(error_of([] { nn::Embedding(3, 2)(tensor({3})); }) ==
        "Embedding: the index is 3 at [0], which is out of range for dimension 0 of size 3");
  CHECK(error_of([] { nn::Embedding::from_pretrained(ones(3)); }) ==
        "Embedding: wants embeddings [rows, dim], not of shape [3]");
  CHECK(error_of([] { nn::EmbeddingBag(3, 2)(tensor({0.5})); }) ==
        "EmbeddingBag: the index must be int64, not float32");
}

}  // namespace descent
