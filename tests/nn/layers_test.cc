#include <doctest/doctest.h>

#include <string>

#include "descent/descent.h"
#include "error_of.h"

using namespace descent;

TEST_CASE("Linear is x weight^T + bias") {
  nn::Linear linear(2, 3);
  {
    const NoGrad no_grad;
    linear.weight.copy_(tensor({{1, 2}, {3, 4}, {5, 6}}));
    linear.bias.copy_(tensor({10, 20, 30}));
  }
  CHECK(equal(linear(tensor({{1.0, -1.0}})), tensor({{9.0, 19.0, 29.0}})));
  CHECK(linear(ones({4, 5, 2})).sizes() == Dims{4, 5, 3});
  CHECK(linear(ones(2)).sizes() == Dims{3});
  CHECK(!nn::Linear(2, 3, {.bias = false}).bias.defined());
  CHECK(nn::Linear(0, 2)(ones({3, 0})).sizes() == Dims{3, 2});
  CHECK(error_of([] { nn::Linear(-1, 2); }) == "Linear: wants sizes of 0 or more, not -1 to 2");
}

TEST_CASE("Sequential applies its layers in order") {
  nn::Sequential model{nn::Linear(2, 3), relu, [](const Tensor& x) { return x * 2; }};
  model.push_back(nn::Linear(3, 1));
  CHECK(model.size() == 4);
  const Tensor x = ones({5, 2});
  const Tensor hidden = relu(model.at<nn::Linear>(0)(x)) * 2;
  CHECK(equal(model(x), model.at<nn::Linear>(3)(hidden)));
  CHECK(model.named_parameters()[2].first == "3.weight");
  CHECK(equal(nn::Sequential()(x), x));
  CHECK(error_of([&] { model.at<nn::Linear>(4); }) == "Sequential: there is no layer 4 among 4");
  CHECK(error_of([&] { model.at<nn::ReLU>(0); }).starts_with("Sequential: layer 0 is not a "));
  const nn::Sequential nested{nn::Sequential{nn::Linear(1, 1)}, nn::ReLU()};
  CHECK(nested.named_parameters()[0].first == "0.0.weight");
}

TEST_CASE("activations as layers are the functions") {
  const Tensor x = tensor({-2.0, -0.5, 0.0, 0.5, 2.0});
  CHECK(equal(nn::Identity()(x), x));
  CHECK(equal(nn::ReLU()(x), relu(x)));
  CHECK(equal(nn::Sigmoid()(x), sigmoid(x)));
  CHECK(equal(nn::Tanh()(x), tanh(x)));
  CHECK(equal(nn::SiLU()(x), silu(x)));
  CHECK(equal(nn::GELU()(x), gelu(x)));
  CHECK(equal(nn::GELU(Gelu::tanh)(x), gelu(x, Gelu::tanh)));
  CHECK(equal(nn::Softplus()(x), softplus(x)));
  CHECK(equal(nn::Softplus(2)(x), softplus(x * 2) / 2));
  CHECK(equal(nn::LeakyReLU()(x), leaky_relu(x, 0.01)));
  CHECK(equal(nn::LeakyReLU(0.2)(x), leaky_relu(x, 0.2)));
  CHECK(equal(nn::ELU(0.5)(x), elu(x, 0.5)));
  CHECK(equal(nn::Softmax(0)(x), softmax(x, 0)));
  CHECK(equal(nn::LogSoftmax(-1)(x), log_softmax(x, 0)));
}

TEST_CASE("Flatten keeps the batch") {
  const Tensor x = ones({2, 3, 4, 5});
  CHECK(nn::Flatten()(x).sizes() == Dims{2, 60});
  CHECK(nn::Flatten(0)(x).sizes() == Dims{120});
  CHECK(nn::Flatten(1, 2)(x).sizes() == Dims{2, 12, 5});
}

TEST_CASE("Dropout keeps the mean, and passes through outside of training") {
  manual_seed(0);
  nn::Dropout dropout(0.25);
  const Tensor x = ones(10000, {.requires_grad = true});
  const Tensor y = dropout(x);
  CHECK(y.mean().item() == doctest::Approx(1).epsilon(0.05));
  CHECK(sum(y == 0).item() == doctest::Approx(2500).epsilon(0.1));
  y.sum().backward();
  CHECK(equal(x.grad(), y.detach()));
  CHECK(equal(dropout.eval()(x), x));
  CHECK(equal(nn::Dropout(1)(x.detach()), zeros(10000)));
  CHECK(error_of([] { nn::Dropout(1.5); }) == "Dropout: p = 1.5 must be at least 0 and at most 1");
}

TEST_CASE("initialisers record nothing, take any layout, and name what does not fit") {
  nn::Parameter weight(zeros({3, 5}));
  nn::init::orthogonal_(weight);
  CHECK(weight.is_leaf());
  CHECK(allclose(matmul(weight.detach(), weight.detach().t()), eye(3), 0, 1e-6));
  const Tensor square = nn::init::orthogonal_(zeros({100, 100}, {.dtype = float64}));
  CHECK(allclose(matmul(square, square.t()), eye(100, {.dtype = float64}), 0, 2e-15));
  manual_seed(3);
  const Tensor direct = nn::init::normal_(zeros({4, 6}));
  manual_seed(3);
  const Tensor transposed = zeros({6, 4}).t();
  CHECK(equal(nn::init::normal_(transposed), direct));
  CHECK(error_of([] { nn::init::uniform_(zeros(2, {.dtype = int64})); }) ==
        "uniform_: wants a tensor of float32 or float64, not int64");
  CHECK(error_of([] { nn::init::xavier_normal_(zeros(2)); }) ==
        "xavier_normal_: a tensor of shape [2] has no fan; wanted 2 dimensions or more");
  CHECK(error_of([] { nn::init::trunc_normal_(zeros(2), 0, 0); }) == "trunc_normal_: std = 0 must be above 0");
  CHECK(error_of([] { nn::init::trunc_normal_(zeros(2), 0, 1, 2, 1); }) == "trunc_normal_: a = 2 must be below b = 1");
  CHECK(error_of([] { nn::init::eye_(zeros(2)); }) == "eye_: wants a matrix, not a tensor of shape [2]");
  CHECK(error_of([] { nn::init::orthogonal_(zeros(2)); }) ==
        "orthogonal_: wants 2 dimensions or more, not a tensor of shape [2]");
}
