#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "descent/descent.h"

using namespace descent;

namespace {

template <class F>
std::string error_of(const F& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("the tutorial's cat and dog") {
  const Tensor probabilities = tensor({0.6, 0.4});
  const Tensor cat = tensor({1.0, 0.0});
  CHECK(cross_entropy(log(probabilities), cat).item() == doctest::Approx(-std::log(0.6)));
  CHECK(std::round(cross_entropy(log(probabilities), cat).item() * 100) == 51);
  CHECK(cross_entropy(log(probabilities), tensor(0)).item() == doctest::Approx(-std::log(0.6)));
}

TEST_CASE("the tutorial's mean squared error") {
  const Tensor prediction = tensor({1.0, 2.0, 5.0}), target = tensor({1.0, 4.0, 4.0});
  CHECK(mse_loss(prediction, target).item() == doctest::Approx(5.0 / 3));
  CHECK(equal(mse_loss(prediction, target, {.reduction = Reduction::none}), tensor({0.0, 4.0, 1.0})));
}

TEST_CASE("losses are modules too") {
  const Tensor prediction = tensor({1.0, 2.0}), target = tensor({0.0, 4.0});
  const nn::MSELoss criterion;
  CHECK(criterion(prediction, target).item() == 2.5);
  nn::MSELoss summed({.reduction = Reduction::sum});
  CHECK(summed(prediction, target).item() == 5);
  CHECK(summed.parameters().empty());
  summed.options.reduction = Reduction::none;
  CHECK(equal(summed(prediction, target), tensor({1.0, 4.0})));
  const nn::CrossEntropyLoss classes({.label_smoothing = 0.5});
  CHECK(classes(tensor({{0.0, 0.0}}), tensor({1})).item() == doctest::Approx(std::log(2)));
}

TEST_CASE("mse_loss names shapes that differ") {
  CHECK(error_of([] {
          mse_loss(zeros({15, 1}), zeros({15}));
        }) == "mse_loss: the prediction has shape [15, 1], but the target has [15]; they must be the same");
  CHECK(error_of([] { mse_loss(zeros({2}), zeros({2}), {.weight = zeros(1)}); }) ==
        "mse_loss: the prediction has shape [2], but the weight has [1]; they must be the same");
}

TEST_CASE("cross_entropy names what does not fit") {
  const Tensor logits = zeros({2, 3});
  CHECK(error_of([&] {
          cross_entropy(logits, tensor({0, 3}));
        }) == "cross_entropy: target 3 at [1] is no class; wanted 0 to 2, or ignore_index -100");
  CHECK(error_of([&] {
          cross_entropy(zeros({2, 3, 2}), tensor({{0, 2}, {-1, 1}}), {.ignore_index = 9});
        }) == "cross_entropy: target -1 at [1, 0] is no class; wanted 0 to 2, or ignore_index 9");
  CHECK(error_of([&] {
          cross_entropy(logits, tensor({0, 1, 2}));
        }) ==
        "cross_entropy: logits of shape [2, 3] want a target of shape [2] (int64, classes) or [2, 3] (floating "
        "point, probabilities), not [3] of int64");
  CHECK(error_of([&] { cross_entropy(logits, zeros({2})); }) ==
        "cross_entropy: logits of shape [2, 3] want a target of shape [2] (int64, classes) or [2, 3] (floating "
        "point, probabilities), not [2] of float32");
  CHECK(error_of([&] {
          cross_entropy(logits, tensor({0, 1}), {.weight = zeros(2)});
        }) == "cross_entropy: logits of shape [2, 3] want a weight of shape [3], not [2]");
  CHECK(error_of([&] {
          cross_entropy(logits, tensor({0, 1}), {.label_smoothing = 1.5});
        }) == "cross_entropy: label_smoothing = 1.5 must be at least 0 and at most 1");
  CHECK(error_of([&] { cross_entropy(tensor(1.0), tensor(0)); }) ==
        "cross_entropy: wants logits of shape [C], [N, C] or [N, C, ...], not []");
}

TEST_CASE("cross_entropy of logits of 1e4 is exact") {
  const Tensor logits = tensor({{1e4, -1e4}, {-1e4, 1e4}}, {.requires_grad = true});
  const Tensor losses = cross_entropy(logits, tensor({0, 0}), {.reduction = Reduction::none});
  CHECK(equal(losses.detach(), tensor({0.0, 2e4})));
  losses.sum().backward();
  CHECK(equal(logits.grad(), tensor({{0.0, 0.0}, {-1.0, 1.0}})));
}

TEST_CASE("the mean of no samples is NaN, their sum is 0") {
  const Tensor ignored = tensor({-100, -100});
  CHECK(std::isnan(cross_entropy(zeros({2, 3}), ignored).item()));
  CHECK(cross_entropy(zeros({2, 3}), ignored, {.reduction = Reduction::sum}).item() == 0);
  CHECK(std::isnan(cross_entropy(zeros({0, 3}), zeros(0, {.dtype = int64})).item()));
  CHECK(std::isnan(cross_entropy(zeros({0, 3}), zeros({0, 3})).item()));
  CHECK(std::isnan(mse_loss(zeros({0, 2}), zeros({0, 2})).item()));
}

TEST_CASE("losses are differentiable twice") {
  manual_seed(0);
  const Tensor weight = tensor({0.5, 1.0, 2.0}, {.dtype = float64});
  const Tensor classes = tensor({0, -100, 2, 1});
  const Tensor probabilities = softmax(randn({4, 3}, {.dtype = float64}), 1);
  const Tensor logits = randn({4, 3}, {.dtype = float64});
  const auto of_classes = [&](const std::vector<Tensor>& in) {
    return cross_entropy(in[0], classes, {.weight = weight, .label_smoothing = 0.1});
  };
  const auto of_probabilities = [&](const std::vector<Tensor>& in) {
    return cross_entropy(in[0], in[1], {.weight = weight, .label_smoothing = 0.1});
  };
  const auto squares = [&](const std::vector<Tensor>& in) { return mse_loss(in[0], in[1], {.weight = in[2]}); };
  check_grads(of_classes, {logits});
  check_grads(of_probabilities, {logits, probabilities});
  check_grads(squares, {logits, probabilities, probabilities + 1});
}
