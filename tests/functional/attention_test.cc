// Attention against PyTorch's: tests/golden/attention.py; and, where it takes many blocks, against the matrix form.
#include <cmath>
#include <limits>

#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

golden::Family attentions() {
  return {
      .stem = "attention",
      .expressions =
          {
              DESCENT_EXPRESSION("F.scaled_dot_product_attention(a, b, c)", scaled_dot_product_attention(a, b, c)),
              DESCENT_EXPRESSION("F.scaled_dot_product_attention(a, b, c, scale=0.7)",
                                 scaled_dot_product_attention(a, b, c, {.scale = 0.7})),
              DESCENT_EXPRESSION("F.scaled_dot_product_attention(a, b, c, scale=-0.7)",
                                 scaled_dot_product_attention(a, b, c, {.scale = -0.7})),
              DESCENT_EXPRESSION("F.scaled_dot_product_attention(a, b, c, scale=0.0)",
                                 scaled_dot_product_attention(a, b, c, {.scale = 0})),
              DESCENT_EXPRESSION("F.scaled_dot_product_attention(a, b, c, is_causal=True)",
                                 scaled_dot_product_attention(a, b, c, {.is_causal = true})),
              DESCENT_EXPRESSION("F.scaled_dot_product_attention(a, b, c, attn_mask=d)",
                                 scaled_dot_product_attention(a, b, c, {.attn_mask = d})),
              DESCENT_EXPRESSION("F.scaled_dot_product_attention(a, b, c, attn_mask=d.t())",
                                 scaled_dot_product_attention(a, b, c, {.attn_mask = d.t()})),
              DESCENT_EXPRESSION("F.scaled_dot_product_attention(a, b, c, enable_gqa=True)",
                                 scaled_dot_product_attention(a, b, c, {.enable_gqa = true})),
              DESCENT_EXPRESSION("F.scaled_dot_product_attention(a, b, c, attn_mask=d, enable_gqa=True)",
                                 scaled_dot_product_attention(a, b, c, {.attn_mask = d, .enable_gqa = true})),
              DESCENT_EXPRESSION(
                  "F.scaled_dot_product_attention(a.mT, b.mT, c.mT)",
                  scaled_dot_product_attention(a.transpose(-1, -2), b.transpose(-1, -2), c.transpose(-1, -2))),
              DESCENT_EXPRESSION("F.scaled_dot_product_attention(a.transpose(1, 2), b.transpose(1, 2), "
                                 "c.transpose(1, 2)).transpose(1, 2)",
                                 scaled_dot_product_attention(a.transpose(1, 2), b.transpose(1, 2), c.transpose(1, 2))
                                     .transpose(1, 2)),
          },
      .tolerances = {{"attention", {1e-6, 1e-13, true}}, {"attention_of_mask", {1e-6, 1e-13, true}}},
      .without_gradient = {"attention_of_one_key"}};
}

// softmax(scale q k^T + mask) v, as it is written; `mask` is of numbers.
Tensor matrix_form(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask) {
  const Tensor scores = matmul(q, k.transpose(-1, -2)) / std::sqrt(static_cast<double>(q.size(-1)));
  return matmul(softmax(mask.defined() ? scores + mask : scores, -1), v);
}

Tensor causal_mask(std::int64_t queries, std::int64_t keys, DType dtype) {
  const Tensor seen = tril(ones({queries, keys}, {.dtype = boolean}));
  return where(seen, zeros({queries, keys}, {.dtype = dtype}), full({queries, keys}, -kInfinity, {.dtype = dtype}));
}

// Values and gradients of attention are those of the matrix form, as far as rounding lets them.
void check_blocks(const Dims& q_shape, const Dims& k_shape, const Dims& v_shape, const AttentionOptions& options,
                  const Tensor& mask, DType dtype) {
  CAPTURE(q_shape);
  CAPTURE(k_shape);
  manual_seed(5);
  const Tensor q = randn(q_shape, {.dtype = dtype, .requires_grad = true});
  const Tensor k = randn(k_shape, {.dtype = dtype, .requires_grad = true});
  const Tensor v = randn(v_shape, {.dtype = dtype, .requires_grad = true});
  const Tensor got = scaled_dot_product_attention(q, k, v, options), wanted = matrix_form(q, k, v, mask);
  const double tolerance = dtype == float32 ? 1e-5 : 1e-13;
  CHECK(allclose(got, wanted, tolerance, tolerance));
  const Tensor weights = randn(got.sizes(), {.dtype = dtype});
  const std::vector<Tensor> gradients = grad({got}, {q, k, v}, {weights}),
                            wanted_gradients = grad({wanted}, {q, k, v}, {weights});
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(allclose(gradients[i], wanted_gradients[i], 10 * tolerance, 10 * tolerance));
}

}  // namespace

TEST_CASE("attention is what PyTorch gives") { golden::check_golden(attentions()); }

TEST_CASE("attention, of inputs of any kind") { golden::check_golden_with_any_inputs(attentions()); }

TEST_CASE("attention, compiled") {
  CHECK(golden::check_golden_compiled(attentions(), {.native = false}).empty());
  CHECK(golden::check_golden_native(attentions()).empty());
  CHECK(golden::check_golden_exported(attentions()) == std::set<std::string>{"attention", "attention_of_one_key"});
}

TEST_CASE("attention by blocks is the matrix form") {
  for (const DType dtype : {float32, float64}) {
    CAPTURE(dtype);
    check_blocks({2, 3, 200, 40}, {2, 3, 300, 40}, {2, 3, 300, 24}, {}, {}, dtype);
    check_blocks({1, 700, 16}, {1, 700, 16}, {1, 700, 16}, {.is_causal = true}, causal_mask(700, 700, dtype), dtype);
    check_blocks({3, 150, 8}, {3, 60, 8}, {3, 60, 8}, {.is_causal = true}, causal_mask(150, 60, dtype), dtype);
    check_blocks({60, 8}, {150, 8}, {150, 8}, {.is_causal = true}, causal_mask(60, 150, dtype), dtype);
    check_blocks({2, 1, 5, 3}, {1, 3, 600, 3}, {600, 7}, {}, {}, dtype);
    const Tensor mask = randn({150, 290}, {.dtype = dtype});
    check_blocks({2, 150, 32}, {2, 290, 32}, {2, 290, 32}, {.attn_mask = mask}, mask, dtype);
    const Tensor seen = randn({2, 1, 290}) > 0;
    const Tensor numbers =
        where(seen, zeros_like(seen, {.dtype = dtype}), full_like(seen, -kInfinity, {.dtype = dtype}));
    check_blocks({2, 150, 32}, {2, 290, 32}, {2, 290, 32}, {.attn_mask = seen}, numbers, dtype);
  }
}

TEST_CASE("attention sees nothing of NaN that is masked, and all of what is not") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor q = ones({2, 2}), v = ones({3, 2});
  const Tensor k = tensor({{1.0, 1.0}, {nan, 1.0}, {1.0, 1.0}});
  CHECK(all(isnan(scaled_dot_product_attention(q, k, v))).item<bool>());
  const Tensor seen = scaled_dot_product_attention(q, k, v, {.is_causal = true});
  CHECK(equal(seen[0], ones(2)));
  CHECK(all(isnan(seen[1])).item<bool>());
}

TEST_CASE("dropout of attention takes weights and scales the others") {
  manual_seed(3);
  const Tensor q = randn({2, 5, 4}), k = randn({2, 6, 4}), v = randn({2, 6, 3});
  manual_seed(7);
  const Tensor mask = nn::Dropout(0.4)(ones({2, 5, 6}));
  const Tensor weights = softmax(matmul(q, k.transpose(-1, -2)) / 2, -1);
  manual_seed(7);
  CHECK(allclose(scaled_dot_product_attention(q, k, v, {.dropout_p = 0.4}), matmul(weights * mask, v)));
  CHECK(equal(scaled_dot_product_attention(q, k, v, {.dropout_p = 1}), zeros({2, 5, 3})));
  Generator generator(7);
  CHECK(equal(scaled_dot_product_attention(q, k, v, {.dropout_p = 0.4, .enable_gqa = true}, generator),
              (manual_seed(7), scaled_dot_product_attention(q, k, v, {.dropout_p = 0.4}))));
}

TEST_CASE("gradients of attention") {
  using gradients::spread;
  const auto check = [](const char* name, const AttentionOptions& options, const std::vector<Tensor>& inputs) {
    gradients::check(
        name, [&](const auto& in) { return scaled_dot_product_attention(in[0], in[1], in[2], options); }, inputs);
  };
  const std::vector<Tensor> inputs = {spread({2, 3, 4}), spread({2, 5, 4}, -2, 2, 0.7), spread({2, 5, 2}, -2, 2, 0.2)};
  check("attention", {}, inputs);
  check("attention, causal", {.is_causal = true, .scale = 0.3}, inputs);
  const Tensor seen =
      tensor({{true, false, true, true, false}, {false, false, false, false, false}, {true, true, true, true, true}});
  check("attention, bool mask", {.attn_mask = seen}, inputs);
  check("attention, float mask", {.attn_mask = spread({2, 1, 5})}, inputs);
  check("attention, broadcast", {}, {spread({2, 1, 3, 4}), spread({2, 5, 4}, -2, 2, 0.7), spread({5, 2}, -2, 2, 0.2)});
  check("attention, grouped", {.enable_gqa = true},
        {spread({4, 3, 4}), spread({2, 5, 4}, -2, 2, 0.7), spread({2, 5, 2}, -2, 2, 0.2)});
  check("attention, no keys", {}, {spread({2, 3, 4}), spread({2, 0, 4}), spread({2, 0, 2})});
  gradients::check(
      "attention, gradient of the mask",
      [](const auto& in) { return scaled_dot_product_attention(in[0], in[1], in[2], {.attn_mask = in[3]}); },
      {inputs[0], inputs[1], inputs[2], spread({3, 5})});
}

TEST_CASE("errors of attention are in its name") {
  check_names_of_two("scaled_dot_product_attention",
                     [](const Tensor& a, const Tensor& b) { scaled_dot_product_attention(a, b, b); });
  const auto error = [](const Dims& q, const Dims& k, const Dims& v, const AttentionOptions& options = {}) {
    return error_of([&] { scaled_dot_product_attention(ones(q), ones(k), ones(v), options); });
  };
  const std::string name = "scaled_dot_product_attention: ";
  CHECK(error({4}, {5, 4}, {5, 4}) ==
        name + "query, key and value want at least 2 dimensions, not shapes [4], [5, 4] and [5, 4]");
  CHECK(error({3, 4}, {5, 3}, {5, 4}) == name + "queries have 4 features, keys 3 (shapes [3, 4] and [5, 3])");
  CHECK(error({3, 4}, {5, 4}, {6, 4}) == name + "there are 5 keys and 6 values (shapes [5, 4] and [6, 4])");
  CHECK(error({2, 3, 4}, {3, 5, 4}, {3, 5, 4}).starts_with(name));
  CHECK(error({3, 4}, {5, 4}, {5, 4}, {.dropout_p = 1.5}) == name + "dropout_p = 1.5 must be at least 0 and at most 1");
  CHECK(error({3, 4}, {5, 4}, {5, 4}, {.attn_mask = ones({3, 5}), .is_causal = true}) ==
        name + "attn_mask and is_causal exclude each other");
  CHECK(error({3, 4}, {5, 4}, {5, 4}, {.attn_mask = ones({3, 5}, {.dtype = int64})}) ==
        name + "attn_mask is of int64; wanted bool, or numbers of float32");
  CHECK(error({3, 4}, {5, 4}, {5, 4}, {.attn_mask = ones({2, 3, 5})}) ==
        name + "attn_mask of shape [2, 3, 5] does not broadcast to the scores' shape [3, 5]");
  CHECK(error({6, 3, 4}, {4, 5, 4}, {4, 5, 4}, {.enable_gqa = true}) ==
        name + "the heads of keys and values, 4 and 4, must divide those of queries, 6");
  CHECK(error_of([] {
          scaled_dot_product_attention(ones({3, 4}, {.dtype = float64}), ones({5, 4}), ones({5, 4}));
        }) == name + "query, key and value must be of one floating point type, not float64, float32 and float32");
}

}  // namespace descent
