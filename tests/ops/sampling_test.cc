// Random samples against PyTorch's, bit for bit: tests/golden/sampling.py; and methods that make or fill tensors.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "error_of.h"
#include "golden/golden.h"

namespace descent {
namespace {

const std::map<std::string, Tensor (*)(const Tensor& a)> expressions = {
    {"torch.bernoulli(a)", [](const Tensor& a) { return bernoulli(a); }},
    {"torch.bernoulli(a.t())", [](const Tensor& a) { return bernoulli(a.t()); }},
    {"torch.bernoulli(a, 0.3)", [](const Tensor& a) { return bernoulli(a, 0.3); }},
    {"a.bernoulli_()", [](const Tensor& a) { return a.bernoulli_(); }},
    {"a.bernoulli_(0.3)", [](const Tensor& a) { return a.bernoulli_(0.3); }},
    {"a.bernoulli_(torch.tensor([0.1, 0.5, 0.9]))",
     [](const Tensor& a) {
       return a.bernoulli_(tensor({0.1, 0.5, 0.9}));
     }},
    {"a.uniform_()", [](const Tensor& a) { return a.uniform_(); }},
    {"a.uniform_(-1, 3)", [](const Tensor& a) { return a.uniform_(-1, 3); }},
    {"a.normal_()", [](const Tensor& a) { return a.normal_(); }},
    {"a.normal_(2, 0.5)", [](const Tensor& a) { return a.normal_(2, 0.5); }},
    {"a.exponential_()", [](const Tensor& a) { return a.exponential_(); }},
    {"a.exponential_(2.5)", [](const Tensor& a) { return a.exponential_(2.5); }},
    {"torch.normal(a, 2.0)", [](const Tensor& a) { return normal(a, 2.0); }},
    {"torch.normal(1.0, a)", [](const Tensor& a) { return normal(1.0, a); }},
    {"torch.normal(1.0, 2.0, (3, 5))",
     [](const Tensor&) {
       return normal(1, 2, {3, 5});
     }},
    {"torch.multinomial(a, 1)", [](const Tensor& a) { return multinomial(a, 1); }},
    {"torch.multinomial(a, 3)", [](const Tensor& a) { return multinomial(a, 3); }},
    {"torch.multinomial(a, 4)", [](const Tensor& a) { return multinomial(a, 4); }},
    {"torch.multinomial(a, 1, True)", [](const Tensor& a) { return multinomial(a, 1, true); }},
    {"torch.multinomial(a, 9, True)", [](const Tensor& a) { return multinomial(a, 9, true); }},
    {"torch.multinomial(a, 20, True)", [](const Tensor& a) { return multinomial(a, 20, true); }},
};

}  // namespace

TEST_CASE("samples are what PyTorch gives") {
  const Golden golden("sampling");
  for (const auto& entry : golden.cases()) {
    const auto& id = entry.first;
    const auto& expression = entry.second;
    CAPTURE(id);
    REQUIRE(expressions.contains(expression));
    manual_seed(3);
    const Tensor got = expressions.at(expression)(golden[id + "/in"].clone());
    CHECK(got.dtype() == golden[id + "/out"].dtype());
    CHECK(equal(got, golden[id + "/out"]));
  }
}

TEST_CASE("samples come from the generator that is given") {
  Generator generator(3), same(3);
  const Tensor weights = tensor({0.2, 0.3, 0.5});
  CHECK(equal(multinomial(weights, 5, true, generator), multinomial(weights, 5, true, same)));
  CHECK(equal(multinomial(weights, 2, false, generator), multinomial(weights, 2, false, same)));
  CHECK(equal(bernoulli(weights, generator), bernoulli(weights, same)));
  CHECK(equal(normal(weights, 1, generator), normal(weights, 1, same)));
  CHECK(equal(zeros({3}).normal_(0, 1, generator), zeros({3}).normal_(0, 1, same)));
  CHECK(equal(zeros({3}).uniform_(0, 1, generator), zeros({3}).uniform_(0, 1, same)));
  CHECK(equal(zeros({3}).exponential_(1, generator), zeros({3}).exponential_(1, same)));
  CHECK(equal(zeros({3}).bernoulli_(0.5, generator), zeros({3}).bernoulli_(0.5, same)));
  CHECK(generator.state() == same.state());
}

TEST_CASE("tensors like another") {
  const Tensor x = ones({2, 3}, {.dtype = float64});
  CHECK(equal(x.new_zeros({2}), zeros({2}, {.dtype = float64})));
  CHECK(equal(x.new_ones({2}, {.dtype = int64}), ones({2}, {.dtype = int64})));
  CHECK(x.new_full({2}, 3).dtype() == float64);
  CHECK(equal(x.new_full({2}, 3), full({2}, 3.0, {.dtype = float64})));
  CHECK(x.new_empty({4}, {.requires_grad = true}).requires_grad());
  CHECK(equal(x.new_tensor({1, 2}), tensor({1, 2}, {.dtype = float64})));
  const Tensor y = arange(6);
  CHECK(equal(y.view_as(x), y.reshape({2, 3})));
  CHECK(equal(y.reshape_as(x), y.reshape({2, 3})));
  CHECK(equal(tensor({1, 2, 3}).expand_as(x), tensor({{1, 2, 3}, {1, 2, 3}})));
  CHECK(equal(y.unflatten(0, {3, 2}), y.reshape({3, 2})));
  CHECK(equal(y.unbind()[5], tensor(5)));
  CHECK(equal(y.masked_fill(y > 3, -1), tensor({0, 1, 2, 3, -1, -1})));
}

}  // namespace descent
