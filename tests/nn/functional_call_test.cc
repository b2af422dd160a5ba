#include <descent/descent.h>
#include <doctest/doctest.h>

#include "error_of.h"

namespace descent {
namespace {

struct ScaledNet final : nn::Module<ScaledNet> {
  nn::Linear first{3, 4};
  nn::Linear second{4, 1};
  nn::Buffer scale{ones(1)};
  Tensor forward(const Tensor& x) { return second(tanh(first(x))) * scale; }
};

struct SharedTwice final : nn::Module<SharedTwice> {
  nn::Parameter one{ones(2)};
  nn::Parameter same = one;
  Tensor forward(const Tensor& x) const { return x * one + same; }
};

}  // namespace

TEST_CASE("a module called with other parameters") {
  manual_seed(2);
  ScaledNet net, other;
  const Tensor x = randn({5, 3});
  const Tensor before = net(x);
  CHECK(equal(nn::functional_call(net, other.state_dict(), x), other(x)));
  CHECK(equal(net(x), before));
  CHECK(equal(nn::functional_call(net, {{"scale", tensor({2.0})}}, x), before * 2));
  // A tensor with a history.
  const Tensor factor = tensor(1.5, {.requires_grad = true});
  const Tensor weight = other.second.weight.detach();
  const auto with = [&](const Tensor& by) {
    return sum(nn::functional_call(net, {{"second.weight", weight * by}}, x));
  };
  CHECK(allclose(grad({with(factor)}, {factor})[0], sum(matmul(tanh(net.first(x)), weight.t()))));
  CHECK_FALSE(net.second.weight.grad().defined());
}

TEST_CASE("derivatives with respect to a module's parameters") {
  manual_seed(2);
  nn::Linear model(2, 1);
  const Tensor x = randn({6, 2}), y = randn({6, 1});
  const auto cost = [&](const Tensor& weight) {
    return mse_loss(nn::functional_call(model, {{"weight", weight}}, x), y);
  };
  // Of a quadratic function.
  CHECK(allclose(hessian(cost, model.weight).reshape({2, 2}), matmul(x.t(), x) / 3));
  CHECK_FALSE(model.weight.grad().defined());
}

TEST_CASE("a shared parameter is replaced wherever it stands") {
  SharedTwice tied;
  CHECK(equal(nn::functional_call(tied, {{"one", zeros(2)}}, ones(2)), zeros(2)));
  CHECK(equal(tied(ones(2)), full(2, 2.0)));
}

TEST_CASE("what functional_call refuses") {
  nn::Linear model(2, 1);
  const Tensor x = ones({1, 2}), weight = model.weight;
  CHECK(error_of([&] { nn::functional_call(model, {{"wait", x}}, x); }) == "functional_call: the module has no 'wait'");
  CHECK(error_of([&] {
          nn::functional_call(model, {{"bias", ones(1)}, {"weight", ones(3)}}, x);
        }) == "functional_call: 'weight' has shape [3], the module's [1, 2]");
  CHECK(error_of([&] {
          nn::functional_call(model, {{"weight", Tensor()}}, x);
        }) == "functional_call: 'weight' is undefined");
  // An Error of the module's leaves it as it was.
  CHECK(error_of([&] { nn::functional_call(model, {{"weight", x}}, ones(5)); }).starts_with("Linear: "));
  CHECK(model.weight.impl() == weight.impl());
}

TEST_CASE("parameters as one vector, and back") {
  manual_seed(2);
  nn::Linear model(2, 3), other(2, 3);
  const Tensor vector = nn::parameters_to_vector(model.parameters());
  CHECK(equal(vector, cat({model.weight.reshape(-1), model.bias})));
  CHECK(vector.requires_grad());
  nn::vector_to_parameters(vector, other.parameters());
  CHECK(equal(other.weight, model.weight));
  CHECK(equal(other.bias, model.bias));
  CHECK(other.weight.is_leaf());
  CHECK(error_of([&] { nn::vector_to_parameters(ones(8), model.parameters()); }) ==
        "vector_to_parameters: a vector of shape [8] does not fit 9 elements of parameters");
  CHECK(error_of([&] { nn::parameters_to_vector({}); }).starts_with("parameters_to_vector: "));
}

}  // namespace descent
