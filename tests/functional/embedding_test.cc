// embedding and embedding_bag against PyTorch's: tests/golden/embedding.py.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

constexpr auto none = std::nullopt;

// What embedding gives, and the table after it.
std::vector<Tensor> embedding_scaled(const Tensor& index, const Tensor& weight, double max_norm, double norm_type) {
  const Tensor table = weight.clone();
  const Tensor rows = embedding(index, table, none, max_norm, norm_type);
  return {rows, table};
}
std::vector<Tensor> embedding_bag_scaled(const Tensor& index, const Tensor& weight, double max_norm) {
  const Tensor table = weight.clone();
  const Tensor rows = embedding_bag(index, table, {}, {.max_norm = max_norm});
  return {rows, table};
}

golden::Family embeddings() {
  return {
      .stem = "embedding",
      .expressions =
          {
              DESCENT_EXPRESSION("F.embedding(a, b)", embedding(a, b)),
              DESCENT_EXPRESSION("F.embedding(a, b, padding_idx=1)", embedding(a, b, 1)),
              DESCENT_EXPRESSION("F.embedding(a, b, padding_idx=-1)", embedding(a, b, -1)),
              DESCENT_EXPRESSION("F.embedding(a, b, scale_grad_by_freq=True)", embedding(a, b, none, none, 2, true)),
              DESCENT_EXPRESSION("F.embedding(a, b, padding_idx=1, scale_grad_by_freq=True)",
                                 embedding(a, b, 1, none, 2, true)),
              DESCENT_EXPRESSION("F.embedding(a.t(), b.t())", embedding(a.t(), b.t())),
              DESCENT_EXPRESSION("[F.embedding(a, (b := b.clone()), max_norm=1.5), b]", embedding_scaled(a, b, 1.5, 2)),
              DESCENT_EXPRESSION("[F.embedding(a, (b := b.clone()), max_norm=2.5, norm_type=1.0), b]",
                                 embedding_scaled(a, b, 2.5, 1)),
              DESCENT_EXPRESSION("F.embedding_bag(a, b)", embedding_bag(a, b)),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, mode='sum')", embedding_bag(a, b, {}, {.mode = Bag::sum})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, mode='mean')", embedding_bag(a, b, {}, {.mode = Bag::mean})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, mode='max')", embedding_bag(a, b, {}, {.mode = Bag::max})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, mode='sum', padding_idx=1)",
                                 embedding_bag(a, b, {}, {.mode = Bag::sum, .padding_idx = 1})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, mode='mean', padding_idx=1)",
                                 embedding_bag(a, b, {}, {.mode = Bag::mean, .padding_idx = 1})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, mode='max', padding_idx=1)",
                                 embedding_bag(a, b, {}, {.mode = Bag::max, .padding_idx = 1})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, c, mode='sum')", embedding_bag(a, b, c, {.mode = Bag::sum})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, c, mode='mean')", embedding_bag(a, b, c, {.mode = Bag::mean})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, c, mode='max')", embedding_bag(a, b, c, {.mode = Bag::max})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, c, mode='sum', padding_idx=1)",
                                 embedding_bag(a, b, c, {.mode = Bag::sum, .padding_idx = 1})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, c, mode='mean', padding_idx=1)",
                                 embedding_bag(a, b, c, {.mode = Bag::mean, .padding_idx = 1})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, c, mode='max', padding_idx=1)",
                                 embedding_bag(a, b, c, {.mode = Bag::max, .padding_idx = 1})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, c, include_last_offset=True)",
                                 embedding_bag(a, b, c, {.include_last_offset = true})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, scale_grad_by_freq=True)",
                                 embedding_bag(a, b, {}, {.scale_grad_by_freq = true})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, mode='sum', per_sample_weights=c)",
                                 embedding_bag(a, b, {}, {.mode = Bag::sum, .per_sample_weights = c})),
              DESCENT_EXPRESSION(
                  "F.embedding_bag(a, b, mode='sum', per_sample_weights=c, padding_idx=1)",
                  embedding_bag(a, b, {}, {.mode = Bag::sum, .per_sample_weights = c, .padding_idx = 1})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, c, mode='sum', per_sample_weights=d)",
                                 embedding_bag(a, b, c, {.mode = Bag::sum, .per_sample_weights = d})),
              DESCENT_EXPRESSION("F.embedding_bag(a, b, c, mode='sum', per_sample_weights=d, padding_idx=1)",
                                 embedding_bag(a, b, c, {.mode = Bag::sum, .per_sample_weights = d, .padding_idx = 1})),
              DESCENT_EXPRESSION("[F.embedding_bag(a, (b := b.clone()), max_norm=1.5), b]",
                                 embedding_bag_scaled(a, b, 1.5)),
          },
      // PyTorch divides the gradient of a row that is looked up once by 2, where it was another that is there twice.
      .without_gradient = {"embedding_bag_by_frequency"},
  };
}

using gradients::check_square;
using gradients::spread;

}  // namespace

TEST_CASE("embeddings are what PyTorch gives") { golden::check_golden(embeddings()); }

TEST_CASE("embeddings, of inputs of any kind") { golden::check_golden_with_any_inputs(embeddings()); }

TEST_CASE("embeddings, compiled") {
  // Of bags with offsets the largest elements are found by the host.
  CHECK(golden::check_golden_compiled(embeddings(), {.native = false}) == std::set<std::string>{"embedding_bag"});
  CHECK(golden::check_golden_native(embeddings()) == std::set<std::string>{"embedding_bag"});
  CHECK(golden::check_golden_exported(embeddings()) ==
        std::set<std::string>{"embedding_bag_by_frequency", "embedding_bag_max_norm", "embedding_max_norm",
                              "embedding_norm_type"});
}

TEST_CASE("gradients of embeddings") {
  const Tensor index = tensor({{1, 4, 4}, {0, 2, 1}}), offsets = tensor({0, 2, 2, 5}), table = spread({5, 3});
  const Tensor flat = index.flatten(), factors = spread({6}, -2, 2, 0.7);
  check_square("embedding", [&](const auto& in) { return embedding(index, in[0]); }, {table});
  for (const Bag mode : {Bag::sum, Bag::mean, Bag::max}) {
    check_square("embedding_bag", [&](const auto& in) { return embedding_bag(index, in[0], {}, {.mode = mode}); },
                 {table});
    check_square("embedding_bag, offsets",
                 [&](const auto& in) { return embedding_bag(flat, in[0], offsets, {.mode = mode}); }, {table});
  }
  check_square("embedding_bag, factors",
               [&](const auto& in) {
                 return embedding_bag(flat, in[0], offsets, {.mode = Bag::sum, .per_sample_weights = in[1]});
               },
               {table, factors});
}

TEST_CASE("the gradients of padding and frequency are not those of the function, but linear all the same") {
  const Tensor index = tensor({1, 4, 4, 0}), table = spread({5, 3}).requires_grad_();
  const Tensor weights = spread({4, 3}, -1, 1, 0.2).requires_grad_();
  const Tensor slope =
      grad({sum(embedding(index, table, 0, none, 2, true) * weights)}, {table}, {}, {.create_graph = true})[0];
  const Tensor wanted = stack({zeros(3, {.dtype = float64}), weights[0], zeros(3, {.dtype = float64}),
                               zeros(3, {.dtype = float64}), (weights[1] + weights[2]) / 2});
  CHECK(allclose(slope, wanted));
  const Tensor bags = tensor({{1, 4, 4}, {0, 2, 1}});
  sum(embedding_bag(bags, table, {}, {.scale_grad_by_freq = true, .mode = Bag::sum})).backward();
  CHECK(equal(table.grad(), tensor({1, 1, 1, 0, 1}).to(float64).unsqueeze(1).expand({5, 3})));
  const Tensor back = grad({sum(slope * arange(5).unsqueeze(1))}, {weights})[0];
  CHECK(allclose(back, tensor({1.0, 2.0, 2.0, 0.0}).to(float64).unsqueeze(1).expand({4, 3})));
}

TEST_CASE("errors of embeddings say what was wanted") {
  const Tensor table = ones({5, 3}), index = tensor({1, 2});
  check_names_of_one("embedding", [&](const Tensor& x) { embedding(x, table); });
  check_names_of_one("embedding", [&](const Tensor& x) { embedding(index, x); });
  check_names_of_one("embedding_bag", [&](const Tensor& x) { embedding_bag(x, table); });
  check_names_of_one("embedding_bag", [&](const Tensor& x) { embedding_bag(index, table, x, {.mode = Bag::max}); });
  CHECK(error_of([&] {
          embedding(tensor({1, 5}), table);
        }) == "embedding: the index is 5 at [1], which is out of range for dimension 0 of size 5");
  CHECK(error_of([&] { embedding(tensor({1, 5}), table, 0); }) == "embedding: there is no row 5 of 5");
  CHECK(error_of([&] { embedding(index, table, 5); }) == "embedding: padding_idx = 5 is no row of 5");
  CHECK(error_of([&] { embedding(index, ones(3)); }) ==
        "embedding: the weight is float32 of shape [3]; wanted reals of [rows, dim]");
  CHECK(error_of([&] { embedding_bag(index, table); }) ==
        "embedding_bag: an index of shape [2] without offsets; wanted [bags, n] without, or [n] with some of [bags]");
  CHECK(error_of([&] { embedding_bag(index, table, tensor({0}), {.per_sample_weights = ones(2)}); }) ==
        "embedding_bag: per_sample_weights are for Bag::sum");
  CHECK(error_of([&] {
          embedding_bag(index, table, tensor({0, 2, 1}), {.mode = Bag::max});
        }) == "embedding_bag: the offsets must begin with 0, and increase to at most 2");
}

}  // namespace descent
