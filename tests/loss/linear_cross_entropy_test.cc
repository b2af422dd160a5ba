// Linear cross entropy against PyTorch's (tests/golden/linear_cross_entropy.py) and, where it takes many blocks,
// against cross_entropy of the logits.
#include <cmath>
#include <limits>

#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

golden::Family linear_cross_entropies() {
  return {
      .stem = "linear_cross_entropy",
      .expressions =
          {
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c)", linear_cross_entropy(a, b, c)),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, reduction='none')",
                                 linear_cross_entropy(a, b, c, {.reduction = Reduction::none})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, reduction='sum')",
                                 linear_cross_entropy(a, b, c, {.reduction = Reduction::sum})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, label_smoothing=0.3)",
                                 linear_cross_entropy(a, b, c, {.label_smoothing = 0.3})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, label_smoothing=1.0)",
                                 linear_cross_entropy(a, b, c, {.label_smoothing = 1})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, ignore_index=2)",
                                 linear_cross_entropy(a, b, c, {.ignore_index = 2})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, ignore_index=2, label_smoothing=0.3)",
                                 linear_cross_entropy(a, b, c, {.ignore_index = 2, .label_smoothing = 0.3})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, linear_bias=d)",
                                 linear_cross_entropy(a, b, c, {.linear_bias = d})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, linear_bias=d, reduction='none')",
                                 linear_cross_entropy(a, b, c, {.linear_bias = d, .reduction = Reduction::none})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, weight=d)",
                                 linear_cross_entropy(a, b, c, {.weight = d})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, weight=d, reduction='none')",
                                 linear_cross_entropy(a, b, c, {.weight = d, .reduction = Reduction::none})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, weight=d, label_smoothing=0.3)",
                                 linear_cross_entropy(a, b, c, {.weight = d, .label_smoothing = 0.3})),
              DESCENT_EXPRESSION(
                  "F.linear_cross_entropy(a, b, c, weight=d, reduction='sum', label_smoothing=0.3)",
                  linear_cross_entropy(a, b, c, {.weight = d, .reduction = Reduction::sum, .label_smoothing = 0.3})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a, b, c, linear_bias=d, weight=e)",
                                 linear_cross_entropy(a, b, c, {.linear_bias = d, .weight = e})),
              DESCENT_EXPRESSION(
                  "F.linear_cross_entropy(a, b, c, linear_bias=d, weight=e, reduction='none')",
                  linear_cross_entropy(a, b, c, {.linear_bias = d, .weight = e, .reduction = Reduction::none})),
              DESCENT_EXPRESSION(
                  "F.linear_cross_entropy(a, b, c, linear_bias=d, weight=e, label_smoothing=0.3)",
                  linear_cross_entropy(a, b, c, {.linear_bias = d, .weight = e, .label_smoothing = 0.3})),
              DESCENT_EXPRESSION(
                  "F.linear_cross_entropy(a, b, c, linear_bias=d, weight=e, reduction='sum', label_smoothing=0.3)",
                  linear_cross_entropy(
                      a, b, c, {.linear_bias = d, .weight = e, .reduction = Reduction::sum, .label_smoothing = 0.3})),
              DESCENT_EXPRESSION("F.linear_cross_entropy(a.t(), b.t(), c)", linear_cross_entropy(a.t(), b.t(), c)),
          },
      .tolerances = {{"linear_cross_entropy", {1e-6, 1e-13, true}}, {"linear_cross_entropy_held", {1e-6, 1e-13, true}}},
  };
}

// Values and gradients are those of cross_entropy(linear(...)), as far as rounding lets them.
void check_blocks(std::int64_t samples, std::int64_t classes, std::int64_t features, LinearCrossEntropyOptions options,
                  DType dtype) {
  CAPTURE(samples);
  CAPTURE(classes);
  manual_seed(5);
  const Tensor x = randn({samples, features}, {.dtype = dtype, .requires_grad = true});
  const Tensor weight = randn({classes, features}, {.dtype = dtype, .requires_grad = true});
  const Tensor bias = randn(classes, {.dtype = dtype, .requires_grad = true});
  const Tensor target = randint(classes, samples);
  options.linear_bias = bias;
  const Tensor got = linear_cross_entropy(x, weight, target, options);
  const Tensor wanted = cross_entropy(linear(x, weight, bias), target,
                                      {.weight = options.weight,
                                       .ignore_index = options.ignore_index.value_or(-100),
                                       .reduction = options.reduction,
                                       .label_smoothing = options.label_smoothing});
  const double tolerance = dtype == float32 ? 1e-5 : 1e-13;
  CHECK(allclose(got, wanted, tolerance, tolerance));
  const Tensor g = randn(got.sizes(), {.dtype = dtype});
  const std::vector<Tensor> gradients = grad({got}, {x, weight, bias}, {g}),
                            wanted_gradients = grad({wanted}, {x, weight, bias}, {g});
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(allclose(gradients[i], wanted_gradients[i], 10 * tolerance, 10 * tolerance));
}

}  // namespace

TEST_CASE("linear cross entropy is what PyTorch gives") { golden::check_golden(linear_cross_entropies()); }

TEST_CASE("linear cross entropy, of inputs of any kind") {
  golden::check_golden_with_any_inputs(linear_cross_entropies());
}

TEST_CASE("linear cross entropy when compiled") {
  CHECK(golden::check_golden_compiled(linear_cross_entropies(), {.native = false}).empty());
  CHECK(golden::check_golden_native(linear_cross_entropies()).empty());
  CHECK(golden::check_golden_exported(linear_cross_entropies()) == std::set<std::string>{"linear_cross_entropy"});
}

TEST_CASE("linear cross entropy by blocks is that of the logits") {
  for (const DType dtype : {float32, float64}) {
    CAPTURE(dtype);
    check_blocks(150, 410, 20, {.reduction = Reduction::none}, dtype);
    check_blocks(3, 7000, 5, {.ignore_index = 3}, dtype);
    const Tensor weight = rand(700, {.dtype = dtype});
    check_blocks(300, 700, 33, {.weight = weight, .reduction = Reduction::sum, .label_smoothing = 0.2}, dtype);
  }
}

TEST_CASE("linear cross entropy of logits that are infinite") {
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor x = ones({2, 1}), weight = tensor({{1.0}, {2.0}, {3.0}}), target = tensor({0, 2});
  const Tensor bias = tensor({0.0, -infinity, 0.0});
  CHECK(allclose(linear_cross_entropy(x, weight, target, {.linear_bias = bias, .reduction = Reduction::none}),
                 cross_entropy(linear(x, weight, bias), target, {.reduction = Reduction::none})));
  CHECK(linear_cross_entropy(x, weight, tensor({1, 1}), {.linear_bias = bias}).item() == infinity);
  CHECK(std::isnan(linear_cross_entropy(x * infinity, weight, target).item()));
}

TEST_CASE("gradients of linear cross entropy") {
  using gradients::spread;
  const Tensor target = tensor({2, 0, 4, 1});
  const Tensor class_weights = spread(5, 0.5, 2);
  const std::vector<Tensor> inputs = {spread({4, 3}), spread({5, 3}, -2, 2, 0.7), spread(5, -2, 2, 0.2)};
  const auto check = [&](const char* name, LinearCrossEntropyOptions options, bool has_bias) {
    gradients::check(
        name,
        [&](const auto& in) {
          if (has_bias) options.linear_bias = in[2];
          return linear_cross_entropy(in[0], in[1], target, options);
        },
        has_bias ? inputs : std::vector<Tensor>{inputs[0], inputs[1]});
  };
  for (const bool has_bias : {false, true}) {
    check("linear_cross_entropy", {}, has_bias);
    check("linear_cross_entropy, of each", {.reduction = Reduction::none, .ignore_index = 4}, has_bias);
    check("linear_cross_entropy, smoothing", {.label_smoothing = 0.3}, has_bias);
    check("linear_cross_entropy, weight", {.weight = class_weights, .label_smoothing = 0.3}, has_bias);
  }
  gradients::check("linear_cross_entropy, gradient of the weight",
                   [&](const auto& in) {
                     return linear_cross_entropy(in[0], in[1], target, {.weight = in[2], .label_smoothing = 0.3});
                   },
                   {inputs[0], inputs[1], class_weights});
}

TEST_CASE("LinearCrossEntropyLoss has a linear layer of its own") {
  manual_seed(0);
  const nn::Linear linear(4, 5, {.bias = false});
  manual_seed(0);
  const nn::LinearCrossEntropyLoss loss(4, 5, {.label_smoothing = 0.1});
  CHECK(equal(loss.linear.weight, linear.weight));
  CHECK(loss.named_parameters().size() == 1);
  CHECK(loss.named_parameters()[0].first == "linear.weight");
  const Tensor x = randn({3, 4}), target = tensor({0, 4, 2});
  CHECK(equal(loss(x, target), linear_cross_entropy(x, linear.weight, target, {.label_smoothing = 0.1})));
  const nn::LinearCrossEntropyLoss with_bias(4, 5, {.bias = true});
  CHECK(allclose(with_bias(x, target), cross_entropy(with_bias.linear(x), target)));
}

TEST_CASE("errors of linear_cross_entropy") {
  check_names_of_two("linear_cross_entropy", [](const Tensor& a, const Tensor& b) { linear_cross_entropy(a, a, b); });
  const std::string name = "linear_cross_entropy: ";
  const auto error = [](const Dims& x, const Dims& weight, const Tensor& target,
                        const LinearCrossEntropyOptions& options = {}) {
    return error_of([&] { linear_cross_entropy(ones(x), ones(weight), target, options); });
  };
  const Tensor target = tensor({0, 1});
  CHECK(error({2, 2, 3}, {5, 3}, target) == name + "the input has shape [2, 2, 3]; wanted [in] or [N, in]");
  CHECK(error({2, 3}, {3}, target) == name + "linear_weight has shape [3]; wanted [C, ..., in]");
  CHECK(error({2, 3}, {5, 4}, target) ==
        name + "the input has 3 features, linear_weight wants 4 (shapes [2, 3] and [5, 4])");
  CHECK(error({3, 3}, {5, 3}, target) ==
        name + "an input of shape [3, 3] wants a target of shape [3] (int64, classes), not [2]");
  CHECK(error({2, 3}, {5, 3}, tensor({0, 7})).starts_with(name));
  CHECK(error({2, 3}, {5, 3}, target, {.linear_bias = ones(4)}) ==
        name + "linear_bias has shape [4] of float32; wanted [5] of float32");
  CHECK(error({2, 3}, {5, 3}, target, {.weight = ones(4)}) ==
        name + "weight has shape [4]; wanted one number for each of 5 classes");
  CHECK(error({2, 3}, {5, 3}, target, {.label_smoothing = 2}) ==
        name + "label_smoothing = 2 must be at least 0 and at most 1");
  CHECK(error({2, 3}, {5, 3}, ones({2, 5}), {.ignore_index = 1}) ==
        name + "ignore_index is of targets that are classes, not probabilities");
}

}  // namespace descent
