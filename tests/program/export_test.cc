// Compiled functions as C: what the C does is what the function does, bit for bit.
#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "error_of.h"
#include "kernels/elementwise.h"
#include "optim/every_wrapper.h"
#include "program/exported_c.h"
#include "program/when_compiled.h"
#include "temporary_folder.h"

using namespace descent;

namespace {

bool has_values(const Tensor& tensor, const float* values) {
  const std::vector<float> expected = tensor.detach().to_vector<float>();
  return std::memcmp(expected.data(), values, expected.size() * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("an exported step trains as the step does") {
  const TemporaryFolder folder;
  const Tensor x = arange(1, 16).to(float32).reshape({15, 1}), y = 1.04 * x - 0.1;
  const Tensor weight = zeros(1, {.requires_grad = true}), bias = zeros(1, {.requires_grad = true});
  optim::SGD optimizer({weight, bias}, {.lr = 0.01, .momentum = 0.5});
  auto step = compile([&](const Tensor& rows, const Tensor& targets) {
    const Tensor cost = mse_loss(rows * weight + bias, targets);
    optimizer.zero_grad();
    cost.backward();
    optimizer.step();
    return cost;
  });
  step(x, y);
  for (const bool inside : {true, false}) {
    CAPTURE(inside);
    const std::string path = folder.path + (inside ? "/step.c" : "/beside.c"), name = inside ? "step" : "beside";
    export_c(step, path,
             {.arguments = {"x", "y"},
              .results = {"cost"},
              .tensors = {{"layer.weight", weight}, {"bias", bias}},
              .weights_inside = inside});
    const ExportedLibrary library(path);
    auto* const exported = library.find<void(const float*, const float*, float*)>(name);
    if (!inside) {
      const std::string weights = contents(folder.path + "/beside.weights");
      library.find<void(const unsigned char*)>("beside_load")(reinterpret_cast<const unsigned char*>(weights.data()));
    }
    const std::vector<float> rows = x.to_vector<float>(), targets = y.to_vector<float>();
    for (int i = 0; i < 20; ++i) {
      const Tensor expected = step(x, y);
      float cost = 0;
      exported(rows.data(), targets.data(), &cost);
      CHECK(has_values(expected, &cost));
    }
    CHECK(has_values(weight, library.find<float>(name + "_layer_weight")));
    CHECK(has_values(bias, library.find<float>(name + "_bias")));
  }
}

// What is exported has the bits of machines with fused multiply-add.
TEST_CASE("a network that is exported predicts and trains as it does, within 256 KB" *
          doctest::skip(!kernels::has_fma())) {
  const TemporaryFolder folder;
  nn::Linear first(64, 32), last(32, 10);
  optim::Adam optimizer({first.weight, first.bias, last.weight, last.bias});
  const auto forward = [&](const Tensor& x) { return last(gelu(first(x))); };
  auto step = compile([&](const Tensor& x, const Tensor& y) {
    const Tensor cost = mse_loss(forward(x), y);
    optimizer.zero_grad();
    cost.backward();
    optimizer.step();
    return cost;
  });
  const Tensor x = randn({16, 64}), y = randn({16, 10});
  step(x, y);
  export_c(step, folder.path + "/train.c", {.tensors = {{"weight", first.weight}}});
  const ExportedLibrary library(folder.path + "/train.c");
  const std::vector<float> inputs = x.to_vector<float>(), targets = y.to_vector<float>();
  float cost = 0;
  for (int i = 0; i < 30; ++i) {
    const Tensor expected = step(x, y);
    library.find<void(const float*, const float*, float*)>("train")(inputs.data(), targets.data(), &cost);
    CHECK(has_values(expected, &cost));
  }
  CHECK(has_values(first.weight, library.find<float>("train_weight")));
  // The header says how much memory there is.
  const std::string header = contents(folder.path + "/train.h");
  const std::size_t at = header.find(" bytes of static memory");
  REQUIRE(at != std::string::npos);
  CHECK(std::stoi(header.substr(header.rfind(' ', at - 1))) < 256 * 1024);
  const std::string object = folder.path + "/train.o";
  REQUIRE(std::system(("cc -std=c99 -O2 -c -o '" + object + "' '" + folder.path + "/train.c'").c_str()) == 0);
  CHECK(std::filesystem::file_size(object) < 64 * 1024);

  auto predict = compile([&](const Tensor& inputs) { return softmax(forward(inputs), 1); });
  const Tensor expected = predict(x);
  export_c(predict, folder.path + "/predict.c");
  const ExportedLibrary predictor(folder.path + "/predict.c");
  std::vector<float> outputs(160);
  predictor.find<void(const float*, float*)>("predict")(inputs.data(), outputs.data());
  CHECK(has_values(expected, outputs.data()));
}

TEST_CASE("every optimizer's and wrapper's step, exported, takes the steps that it takes") {
  const TemporaryFolder folder;
  int exported = 0;
  std::vector<std::string> refused;
  const auto count = [] {
    const Tensor x = ones({2}, {.requires_grad = true}), y = ones({2, 2}, {.requires_grad = true});
    return every_optimizer_and_wrapper({x, y}).size();
  }();
  for (std::size_t kind = 0; kind < count; ++kind) {
    manual_seed(3);
    const Tensor x = randn({3, 4}).requires_grad_(), y = randn({6, 5}).requires_grad_();
    const TestedOptimizer tested = std::move(every_optimizer_and_wrapper({x, y})[kind]);
    CAPTURE(std::string(tested.name));
    optim::Optimizer& optimizer = *tested.optimizer;
    auto step = compile([&] {
      return optimizer.step([&] {
        optimizer.zero_grad();
        const Tensor loss = mean(square(x)) + mean(square(y) * 0.5);
        loss.backward();
        return loss;
      });
    });
    const std::string path = folder.path + concat("/step_", kind, ".c");
    try {
      for (int i = 0; i < 8; ++i) step();
      export_c(step, path, {.tensors = {{"x", x}, {"y", y}}});
    } catch (const Error&) {
      refused.emplace_back(tested.name);
      continue;
    }
    const ExportedLibrary library(path);
    for (int i = 0; i < 200; ++i) {
      const Tensor expected = step();
      float loss = 0;
      library.find<void(float*)>(concat("step_", kind))(&loss);
      REQUIRE(has_values(expected, &loss));
    }
    CHECK(has_values(x, library.find<float>(concat("step_", kind, "_x"))));
    CHECK(has_values(y, library.find<float>(concat("step_", kind, "_y"))));
    ++exported;
  }
  // They read elements, draw random numbers, decompose matrices, or do something else every few steps.
  CHECK(refused == std::vector<std::string>{"LBFGS", "NoisySGD", "Shampoo", "SOAP", "SOAP with large dimensions",
                                            "Lookahead", "GradientAccumulation"});
  CHECK(exported == static_cast<int>(count) - 7);
}

TEST_CASE("rows at positions are taken and added to as they are") {
  const TemporaryFolder folder;
  const Tensor x = randn({5, 3, 2}), positions = tensor({4, 0, 2, 4}).to(int64), none = zeros({}, {.dtype = int64});
  const Tensor source = randn({5, 4, 2}), pairs = arange(0, 8).reshape({4, 2});
  using Ts = std::vector<Tensor>;
  const std::pair<TensorFunction, std::vector<Tensor>> calls[] = {
      {[](const Ts& in) { return Ts{index_select(in[0], 0, in[1])}; }, {x, positions}},
      {[](const Ts& in) { return Ts{index_select(in[0], -1, clamp_max(in[1], 1))}; }, {x, positions}},
      {[](const Ts& in) { return Ts{index_select(in[0], 0, in[1])}; }, {tensor(2.0f), none}},
      {[](const Ts& in) { return Ts{index_select(in[0].reshape({30}), 0, select(in[1], 1, 0))}; }, {x, pairs}},
      {[](const Ts& in) { return Ts{index_add(in[0], 1, clamp_max(in[1], 2), in[2])}; }, {x, positions, source}},
      {[](const Ts& in) { return Ts{index_add(in[0].to(int64), 1, clamp_max(in[1], 2), in[2].to(int64))}; },
       {100 * x, positions, 100 * source}}};
  int number = 0;
  for (const auto& [function, arguments] : calls)
    CHECK(difference_when_exported(function, arguments, folder.path + concat("/f", ++number, ".c")) == "");
  // A position there is none of is said.
  auto take = compile([](const Tensor& from, const Tensor& at) { return index_select(from, 0, at); });
  take(x, positions);
  export_c(take, folder.path + "/take.c");
  const ExportedLibrary library(folder.path + "/take.c");
  std::vector<float> from = x.to_vector<float>(), taken(24);
  const std::int64_t wrong[] = {4, 0, 5, 4};
  CHECK(std::string(library.find<const char*(const float*, const std::int64_t*, float*)>("take")(
            from.data(), wrong, taken.data())) == "index_select: an index is out of range for dimension 0 of size 5");
}

TEST_CASE("what cannot be exported is said") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/f.c";
  auto uncalled = compile([](const Tensor& x) { return x * 2; });
  CHECK(error_of([&] { export_c(uncalled, path); }) ==
        "export_c: the function has no program yet; call it once before");
  auto drawn = compile([](const Tensor& x) { return x * rand_like(x); });
  drawn(ones(3));
  CHECK(error_of([&] { export_c(drawn, path); }).find("export_c: rand") == 0);
  auto sorted = compile([](const Tensor& x) { return cumsum(x, 0); });
  sorted(ones(3));
  CHECK(error_of([&] { export_c(sorted, path); }) == "export_c: cumsum of float32[3] cannot be written in C");
  const Tensor weight = ones(3, {.requires_grad = true});
  auto adding = compile([&](const Tensor& x) { sum(weight * x).backward(); });
  adding(ones(3));
  CHECK(error_of([&] { export_c(adding, path); }).find("adds to the gradient of a tensor of shape [3]") !=
        std::string::npos);
  auto good = compile([](const Tensor& x) { return x * 2; });
  good(ones(3));
  CHECK(error_of([&] { export_c(good, folder.path + "/f.txt"); }).find("does not end in .c") != std::string::npos);
  CHECK(error_of([&] { export_c(good, folder.path + "/2f.c"); }) == "export_c: '2f' is no name in C");
  CHECK(error_of([&] { export_c(good, path, {.arguments = {"a b"}}); }) == "export_c: 'a b' is no name in C");
  CHECK(error_of([&] {
          export_c(good, path, {.tensors = {{"weight", weight}}});
        }) == "export_c: the function does not use the tensor weight");
  CHECK(!std::filesystem::exists(path));
}
