// Normalization against PyTorch's: tests/golden/normalization.py.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

// What batch_norm gives, and the running numbers after it.
std::vector<Tensor> batch_norm_running(const Tensor& x, const Tensor& mean, const Tensor& variance,
                                       const Tensor& weight, const Tensor& bias, double momentum) {
  const Tensor m = mean.clone(), v = variance.clone();
  const Tensor y = batch_norm(x, m, v, weight, bias, true, momentum);
  return {y, m, v};
}
std::vector<Tensor> instance_norm_running(const Tensor& x, const Tensor& mean, const Tensor& variance,
                                          const Tensor& weight, const Tensor& bias, double momentum) {
  const Tensor m = mean.clone(), v = variance.clone();
  const Tensor y = instance_norm(x, m, v, weight, bias, true, momentum);
  return {y, m, v};
}

golden::Family normalizations() {
  return {
      .stem = "normalization",
      .expressions =
          {
              DESCENT_EXPRESSION("F.layer_norm(a, [5])", layer_norm(a, 5)),
              DESCENT_EXPRESSION("F.layer_norm(a, [5], b)", layer_norm(a, 5, b)),
              DESCENT_EXPRESSION("F.layer_norm(a, [5], None, b)", layer_norm(a, 5, {}, b)),
              DESCENT_EXPRESSION("F.layer_norm(a, [5], b, c)", layer_norm(a, 5, b, c)),
              DESCENT_EXPRESSION("F.layer_norm(a, [5], b, c, 0.5)", layer_norm(a, 5, b, c, 0.5)),
              DESCENT_EXPRESSION("F.layer_norm(a, [4, 5], b, c)", layer_norm(a, {4, 5}, b, c)),
              DESCENT_EXPRESSION("F.layer_norm(a.t(), [5], b, c)", layer_norm(a.t(), 5, b, c)),
              DESCENT_EXPRESSION("F.layer_norm(a[:, ::2], [5], b, c)",
                                 layer_norm(slice(a, 1, 0, a.size(1), 2), 5, b, c)),
              DESCENT_EXPRESSION("F.layer_norm(a.expand(4, 5), [5], b, c)", layer_norm(expand(a, {4, 5}), 5, b, c)),
              DESCENT_EXPRESSION("F.layer_norm(a, [77], b, c)", layer_norm(a, 77, b, c)),
              DESCENT_EXPRESSION("F.layer_norm(a, [1], b, c)", layer_norm(a, 1, b, c)),
              DESCENT_EXPRESSION("F.layer_norm(a, [3])", layer_norm(a, 3)),
              DESCENT_EXPRESSION("F.rms_norm(a, [5])", rms_norm(a, 5)),
              DESCENT_EXPRESSION("F.rms_norm(a, [5], b)", rms_norm(a, 5, b)),
              DESCENT_EXPRESSION("F.rms_norm(a, [5], b, 0.5)", rms_norm(a, 5, b, 0.5)),
              DESCENT_EXPRESSION("F.rms_norm(a, [4, 5], b)", rms_norm(a, {4, 5}, b)),
              DESCENT_EXPRESSION("F.rms_norm(a.t(), [5], b)", rms_norm(a.t(), 5, b)),
              DESCENT_EXPRESSION("F.rms_norm(a, [3])", rms_norm(a, 3)),
              DESCENT_EXPRESSION("F.batch_norm(a, None, None, b, c, training=True)", batch_norm(a, {}, {}, b, c, true)),
              DESCENT_EXPRESSION("F.batch_norm(a, None, None, training=True)", batch_norm(a, {}, {}, {}, {}, true)),
              DESCENT_EXPRESSION("F.batch_norm(a, None, None, b, training=True)", batch_norm(a, {}, {}, b, {}, true)),
              DESCENT_EXPRESSION("F.batch_norm(a, None, None, None, b, training=True)",
                                 batch_norm(a, {}, {}, {}, b, true)),
              DESCENT_EXPRESSION("F.batch_norm(a, None, None, b, c, training=True, eps=0.5)",
                                 batch_norm(a, {}, {}, b, c, true, 0.1, 0.5)),
              DESCENT_EXPRESSION("F.batch_norm(a.transpose(0, 1), None, None, b, c, training=True)",
                                 batch_norm(transpose(a, 0, 1), {}, {}, b, c, true)),
              DESCENT_EXPRESSION("F.batch_norm(a, b, c, d, e)", batch_norm(a, b, c, d, e)),
              DESCENT_EXPRESSION("F.batch_norm(a, b, c)", batch_norm(a, b, c)),
              DESCENT_EXPRESSION("F.batch_norm(a, b, c, None, d)", batch_norm(a, b, c, {}, d)),
              DESCENT_EXPRESSION("F.batch_norm(a, b, c, d, e, eps=0.5)", batch_norm(a, b, c, d, e, false, 0.1, 0.5)),
              DESCENT_EXPRESSION("[F.batch_norm(a, (b := b.clone()), (c := c.clone()), d, e, training=True), b, c]",
                                 batch_norm_running(a, b, c, d, e, 0.1)),
              DESCENT_EXPRESSION(
                  "[F.batch_norm(a, (b := b.clone()), (c := c.clone()), d, e, training=True, momentum=0.25), b, c]",
                  batch_norm_running(a, b, c, d, e, 0.25)),
              DESCENT_EXPRESSION("F.group_norm(a, 2)", group_norm(a, 2)),
              DESCENT_EXPRESSION("F.group_norm(a, 2, b)", group_norm(a, 2, b)),
              DESCENT_EXPRESSION("F.group_norm(a, 2, b, c)", group_norm(a, 2, b, c)),
              DESCENT_EXPRESSION("F.group_norm(a, 2, b, c, 0.5)", group_norm(a, 2, b, c, 0.5)),
              DESCENT_EXPRESSION("F.group_norm(a, 1, b, c)", group_norm(a, 1, b, c)),
              DESCENT_EXPRESSION("F.group_norm(a.transpose(1, 2), 2, b, c)", group_norm(transpose(a, 1, 2), 2, b, c)),
              DESCENT_EXPRESSION("F.instance_norm(a)", instance_norm(a)),
              DESCENT_EXPRESSION("F.instance_norm(a, None, None, b, c)", instance_norm(a, {}, {}, b, c)),
              DESCENT_EXPRESSION("F.instance_norm(a, None, None, b, c, eps=0.5)",
                                 instance_norm(a, {}, {}, b, c, true, 0.1, 0.5)),
              DESCENT_EXPRESSION("F.instance_norm(a, b, c, d, e, use_input_stats=False)",
                                 instance_norm(a, b, c, d, e, false)),
              DESCENT_EXPRESSION("[F.instance_norm(a, (b := b.clone()), (c := c.clone()), d, e, momentum=0.25), b, c]",
                                 instance_norm_running(a, b, c, d, e, 0.25)),
              DESCENT_EXPRESSION("F.local_response_norm(a, 2)", local_response_norm(a, 2)),
              DESCENT_EXPRESSION("F.local_response_norm(a, 3, alpha=0.5)", local_response_norm(a, 3, 0.5)),
              DESCENT_EXPRESSION("F.local_response_norm(a, 4, 0.5, 0.5, 2.0)", local_response_norm(a, 4, 0.5, 0.5, 2)),
              DESCENT_EXPRESSION("F.local_response_norm(a, 12, 0.5)", local_response_norm(a, 12, 0.5)),
          },
      .tolerances = {{"batch_norm", {1e-6, 1e-12, true}}},
  };
}

using gradients::check;
using gradients::spread;

}  // namespace

TEST_CASE("normalization is what PyTorch gives") { golden::check_golden(normalizations()); }

TEST_CASE("normalization, of inputs of any kind") { golden::check_golden_with_any_inputs(normalizations()); }

TEST_CASE("normalization, compiled") {
  CHECK(golden::check_golden_compiled(normalizations(), {.native = false}).empty());
  CHECK(golden::check_golden_native(normalizations()).empty());
  // Its own ops are not written in C.
  CHECK(golden::check_golden_exported(normalizations()) ==
        std::set<std::string>{"batch_norm_running", "batch_norm_running_momentum", "group_norm",
                              "instance_norm_running", "layer_norm", "rms_norm"});
}

TEST_CASE("gradients of normalization") {
  const Tensor weight = spread({4}, 0.5, 2), bias = spread({4}, -1, 1, 0.7), x = spread({3, 4});
  check("layer_norm", [](const auto& in) { return layer_norm(in[0], 4); }, {x});
  check("layer_norm, weight", [](const auto& in) { return layer_norm(in[0], 4, in[1]); }, {x, weight});
  check("layer_norm, both", [](const auto& in) { return layer_norm(in[0], 4, in[1], in[2]); }, {x, weight, bias});
  check("layer_norm, bias", [](const auto& in) { return layer_norm(in[0], 4, {}, in[1]); }, {x, bias});
  check("layer_norm, two dimensions",
        [](const auto& in) {
          return layer_norm(in[0], {2, 2}, in[1], in[2]);
        },
        {spread({2, 2, 2}), spread({2, 2}, 0.5, 2), spread({2, 2}, -1, 1, 0.7)});
  check("layer_norm, strided", [](const auto& in) { return layer_norm(in[0].t(), 3); }, {x});
  check("rms_norm", [](const auto& in) { return rms_norm(in[0], 4); }, {x});
  check("rms_norm, weight", [](const auto& in) { return rms_norm(in[0], 4, in[1]); }, {x, weight});
  // By a parameter alone, whose rule reads the input nevertheless.
  check("layer_norm of a constant", [&](const auto& in) { return layer_norm(x, 4, weight, in[0]); }, {bias});

  const Tensor images = spread({2, 3, 8}), scale = spread({3}, 0.5, 2), shift = spread({3}, -1, 1, 0.7);
  check("batch_norm", [](const auto& in) { return batch_norm(in[0], {}, {}, {}, {}, true); }, {images});
  check("batch_norm, both", [](const auto& in) { return batch_norm(in[0], {}, {}, in[1], in[2], true); },
        {images, scale, shift});
  check("batch_norm of few numbers", [](const auto& in) { return batch_norm(in[0], {}, {}, in[1], in[2], true); },
        {spread({4, 3}), scale, shift});
  check("batch_norm, evaluation", [&](const auto& in) { return batch_norm(in[0], shift, scale, in[1], in[2], false); },
        {images, scale, shift});
  check("group_norm", [](const auto& in) { return group_norm(in[0], 3, in[1], in[2]); }, {images, scale, shift});
  check("instance_norm", [](const auto& in) { return instance_norm(in[0], {}, {}, in[1], in[2]); },
        {images, scale, shift});
  check("local_response_norm", [](const auto& in) { return local_response_norm(in[0], 2, 0.5); }, {images});
}

TEST_CASE("gradients of normalization can be differentiated again and again") {
  gradients::check(
      "layer_norm", [](const auto& in) { return layer_norm(in[0], 3, in[1]); }, {spread({2, 3}), spread({3}, 0.5, 2)},
      3);
  gradients::check(
      "batch_norm", [](const auto& in) { return batch_norm(in[0], {}, {}, in[1], {}, true); },
      {spread({1, 1, 8}), spread({1}, 0.5, 2)}, 3);
}

TEST_CASE("a variance far from 0 keeps its digits") {
  const Tensor x = tensor({{1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3}}).to(float32);
  const double scale = 1 / std::sqrt(1.25 + 1e-5);
  const Tensor wanted = tensor({{-1.5 * scale, -0.5 * scale, 0.5 * scale, 1.5 * scale}}).to(float32);
  CHECK(allclose(layer_norm(x, 4), wanted, 1e-6, 0));
  CHECK(allclose(batch_norm(x.reshape({1, 1, 4}), {}, {}, {}, {}, true).reshape({1, 4}), wanted, 1e-6, 0));
  CHECK(all(isfinite(layer_norm(full({2, 3}, 1e18), 3))).item<bool>());
  CHECK(equal(layer_norm(full({2, 3}, 5.0), 3), zeros({2, 3})));
}

TEST_CASE("sums of long rows keep their digits") {
  const Tensor row = (arange(0, 300000).reshape({1, 300000}) % 7).to(float32);
  const Tensor wide = row.to(float64), deviations = wide - mean(wide);
  const Tensor wanted = deviations * rsqrt(mean(square(deviations)) + 1e-5);
  CHECK(allclose(layer_norm(row, 300000).to(float64), wanted, 1e-6, 1e-6));
  CHECK(allclose(rms_norm(row, 300000).to(float64), wide * rsqrt(mean(square(wide))), 1e-6, 1e-6));
}

TEST_CASE("batch_norm keeps account of batches inside of a compiled step") {
  nn::BatchNorm1d eager(3), compiled(3);
  const Tensor x = spread({5, 3}).to(float32);
  auto step = compile([&](const Tensor& batch) {
    const Tensor cost = mean(square(compiled(batch)) * batch);
    compiled.zero_grad();
    cost.backward();
    return cost;
  });
  for (int i = 0; i < 4; ++i) {
    const Tensor cost = mean(square(eager(x * i)) * (x * i));
    eager.zero_grad();
    cost.backward();
    CHECK(equal(step(x * i), cost));
    CHECK(equal(compiled.running_mean, eager.running_mean));
    CHECK(equal(compiled.running_var, eager.running_var));
    CHECK(compiled.num_batches_tracked.item() == i + 1);
    CHECK(equal(compiled.weight.grad(), eager.weight.grad()));
  }
}

TEST_CASE("errors of normalization say what was wanted") {
  check_names_of_one("layer_norm", [](const Tensor& x) { layer_norm(x, 3); });
  check_names_of_one("rms_norm", [](const Tensor& x) { rms_norm(x, 3); });
  check_names_of_one("batch_norm", [](const Tensor& x) { batch_norm(x, zeros(3), ones(3)); });
  check_names_of_one("batch_norm", [](const Tensor& x) { batch_norm(x, {}, {}, {}, {}, true); });
  check_names_of_one("group_norm", [](const Tensor& x) { group_norm(x, 2); });
  check_names_of_one("instance_norm", [](const Tensor& x) { instance_norm(x); });
  check_names_of_one("local_response_norm", [](const Tensor& x) { local_response_norm(x, 2); });
  CHECK(error_of([] { layer_norm(ones({2, 4}), 3); }) == "layer_norm: the input is of shape [2, 4]; wanted [..., 3]");
  CHECK(error_of([] { layer_norm(ones({2, 3}), 3, ones(4)); }) == "layer_norm: weight of shape [4]; wanted [3]");
  CHECK(error_of([] {
          layer_norm(ones({2, 3}), 3, ones(3, {.dtype = float64}));
        }) == "layer_norm: weight is float64, the input float32");
  CHECK(error_of([] {
          batch_norm(ones({1, 3}), {}, {}, {}, {}, true);
        }) == "batch_norm: an input of shape [1, 3] has one number a channel: no variance to train by");
  CHECK(error_of([] {
          batch_norm(ones({2, 3}), {}, {});
        }) == "batch_norm: without training, running_mean and running_var are needed");
  CHECK(error_of([] { group_norm(ones({2, 3}), 2); }) == "group_norm: 3 channels are not 2 groups");
}

}  // namespace descent
