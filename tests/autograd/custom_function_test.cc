// Functions with a gradient of the user's own.
#include <descent/descent.h>
#include <doctest/doctest.h>

using namespace descent;
using doctest::Contains;
using Values = std::vector<double>;

namespace {

const auto cube = custom_function(
    "cube",
    [](Context& context, const std::vector<Tensor>& in) {
      context.save({in[0]});
      return pow(in[0], 3);
    },
    [](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
      return {gradient * 3 * square(context.saved()[0])};
    });

}  // namespace

TEST_CASE("a custom function is differentiable to the second order") {
  const Tensor x = tensor({1.5, -2.0}, {.dtype = float64, .requires_grad = true});
  const Tensor y = cube({x});
  CHECK(std::string(y.made_by()) == "cube");
  sum(y).backward();
  CHECK(x.grad().to_vector<double>() == Values{6.75, 12});
  CHECK_NOTHROW(check_grads([](const std::vector<Tensor>& in) { return cube({in[0]}); }, {x.detach()}));
}

TEST_CASE("a custom function's own gradient is what counts") {
  // A straight-through estimator: rounds, with the gradient of the identity.
  const auto straight_through = custom_function(
      "straight_through", [](Context&, const std::vector<Tensor>& in) { return round(in[0]); },
      [](const Context&, const Tensor& gradient) -> std::vector<Tensor> { return {gradient}; });
  const Tensor x = tensor({0.6, 1.4}, {.requires_grad = true});
  const Tensor y = straight_through({x});
  CHECK(y.to_vector<double>() == Values{1, 1});
  sum(3 * y).backward();
  CHECK(x.grad().to_vector<double>() == Values{3, 3});
}

TEST_CASE("a custom function of several inputs may leave gradients out") {
  const auto scaled = custom_function(
      "scaled",
      [](Context& context, const std::vector<Tensor>& in) {
        context.save({in[1]});
        return in[0] * in[1];
      },
      [](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
        return {gradient * context.saved()[0], Tensor()};
      });
  const Tensor x = tensor({1.0, 2.0}, {.requires_grad = true}), y = tensor({3.0, 4.0}, {.requires_grad = true});
  sum(scaled({x, y})).backward();
  CHECK(x.grad().to_vector<double>() == Values{3, 4});
  CHECK_FALSE(y.grad().defined());
}

TEST_CASE("a custom function that returns its input makes a new tensor") {
  const auto identity = custom_function(
      "identity", [](Context&, const std::vector<Tensor>& in) { return in[0]; },
      [](const Context&, const Tensor& gradient) -> std::vector<Tensor> { return {2 * gradient}; });
  const Tensor x = tensor({1.0}, {.requires_grad = true});
  identity({x}).backward();
  CHECK(x.is_leaf());
  CHECK(x.grad().item() == 2);
}

TEST_CASE("a custom function's mistakes are named") {
  const Tensor x = tensor({1.0, 2.0}, {.requires_grad = true});
  const auto forgetful = custom_function(
      "forgetful", [](Context&, const std::vector<Tensor>& in) { return in[0] * 2; },
      [](const Context&, const Tensor&) -> std::vector<Tensor> { return {}; });
  CHECK_THROWS_WITH_AS(sum(forgetful({x})).backward(), Contains("forgetful"), Error);

  const auto misshapen = custom_function(
      "misshapen", [](Context&, const std::vector<Tensor>& in) { return in[0] * 2; },
      [](const Context&, const Tensor&) -> std::vector<Tensor> { return {zeros({3})}; });
  CHECK_THROWS_WITH_AS(sum(misshapen({x})).backward(), Contains("[3]"), Error);

  const Tensor changed = tensor({1.0, 2.0}, {.dtype = float64});
  const auto keeps = custom_function(
      "keeps",
      [&](Context& context, const std::vector<Tensor>& in) {
        context.save({changed});
        return in[0] * changed;
      },
      [](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
        return {gradient * context.saved()[0]};
      });
  const Tensor total = sum(keeps({x}));
  changed.mul_(2);
  CHECK_THROWS_WITH_AS(total.backward(), Contains("mul_"), Error);
}

TEST_CASE("a custom function frees what it saved, and outlives its maker") {
  const Tensor x = tensor({2.0}, {.requires_grad = true});
  Tensor y;
  {
    const auto square_of = custom_function(
        "square_of",
        [](Context& context, const std::vector<Tensor>& in) {
          context.save({in[0]});
          return in[0] * in[0];
        },
        [](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
          return {gradient * 2 * context.saved()[0]};
        });
    y = square_of({x});
  }
  CHECK(std::string(y.made_by()) == "square_of");
  y.backward();
  CHECK(x.grad().item() == 4);
  CHECK_THROWS_WITH_AS(y.backward(), Contains("square_of"), Error);
}

TEST_CASE("backward within a custom gradient and within a hook") {
  // A rule that differentiates on its own, as implicit layers do.
  const auto by_autograd = custom_function(
      "by_autograd",
      [](Context& context, const std::vector<Tensor>& in) {
        context.save({in[0]});
        return sin(in[0]);
      },
      [](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
        const EnableGrad enable;
        const Tensor x = context.saved()[0].detach().requires_grad_();
        return {grad({sin(x)}, {x}, {gradient})[0]};
      });
  const Tensor x = tensor({0.3, 0.4}, {.dtype = float64, .requires_grad = true});
  sum(exp(by_autograd({x * 2}))).backward();
  CHECK(allclose(x.grad(), 2 * exp(sin(2 * x)) * cos(2 * x)));
}
