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
  CHECK(equal(nn::Softplus(2, 0.5)(x), softplus(x, 2, 0.5)));
  CHECK(equal(nn::SELU()(x), selu(x)));
  CHECK(equal(nn::CELU(0.5)(x), celu(x, 0.5)));
  CHECK(equal(nn::Mish()(x), mish(x)));
  CHECK(equal(nn::ReLU6()(4 * x), relu6(4 * x)));
  CHECK(equal(nn::Hardtanh()(x), hardtanh(x)));
  CHECK(equal(nn::Hardtanh(-0.25, 1.5)(x), hardtanh(x, -0.25, 1.5)));
  CHECK(equal(nn::Hardswish()(x), hardswish(x)));
  CHECK(equal(nn::Hardsigmoid()(x), hardsigmoid(x)));
  CHECK(equal(nn::Hardshrink(0.75)(x), hardshrink(x, 0.75)));
  CHECK(equal(nn::Softshrink(0.25)(x), softshrink(x, 0.25)));
  CHECK(equal(nn::Tanhshrink()(x), tanhshrink(x)));
  CHECK(equal(nn::Softsign()(x), softsign(x)));
  CHECK(equal(nn::LogSigmoid()(x), log_sigmoid(x)));
  CHECK(equal(nn::Threshold(0.25, 3)(x), threshold(x, 0.25, 3)));
  CHECK(equal(nn::Softmin(0)(x), softmin(x, 0)));
  CHECK(equal(nn::GLU()(x(Slice(0, 4))), glu(x(Slice(0, 4)))));
  CHECK(equal(nn::GLU(0)(ones({2, 3})), glu(ones({2, 3}), 0)));
  CHECK(equal(nn::Softmax(0)(x), softmax(x, 0)));
  CHECK(equal(nn::LogSoftmax(-1)(x), log_softmax(x, 0)));
}

TEST_CASE("PReLU learns its slopes") {
  const nn::PReLU one, three(3, 0.5, float64);
  CHECK(equal(one.weight, tensor({0.25})));
  CHECK(one.state_dict().size() == 1);
  CHECK(equal(one(tensor({-2.0, 2.0})), tensor({-0.5, 2.0})));
  CHECK(equal(three.weight, full(3, 0.5, {.dtype = float64})));
  sum(three(full({2, 3}, -1.0, {.dtype = float64}))).backward();
  CHECK(equal(three.weight.grad(), full(3, -2.0, {.dtype = float64})));
  CHECK(error_of([] { nn::PReLU(0); }) == "PReLU: wants 1 parameter or more, not 0");
}

TEST_CASE("RReLU draws while it trains") {
  nn::RReLU layer(0.25, 0.75);
  const Tensor x = full(100, -1.0), drawn = layer(x);
  CHECK(all(drawn <= -0.25 && drawn >= -0.75).item<bool>());
  CHECK(!equal(layer(x), drawn));
  layer.eval();
  CHECK(equal(layer(x), full(100, -0.5)));
}

TEST_CASE("Softmax2d is over channels") {
  const Tensor x = arange(24).to(float32).reshape({2, 3, 2, 2});
  CHECK(equal(nn::Softmax2d()(x), softmax(x, 1)));
  CHECK(equal(nn::Softmax2d()(x[0]), softmax(x[0], 0)));
  CHECK(error_of([] { nn::Softmax2d()(ones(3)); }) ==
        "Softmax2d: the input is of shape [3]; wanted [N, C, H, W] or [C, H, W]");
}

TEST_CASE("layers of dropout are the functions while they train") {
  const auto check = [](auto layer, const auto& function, const Dims& shape) {
    const Tensor x = rand(shape) + 1;
    manual_seed(4);
    const Tensor wanted = function(x, 0.25, true, default_generator());
    manual_seed(4);
    CHECK(equal(layer(x), wanted));
    layer.eval();
    CHECK(equal(layer(x), x));
  };
  check(nn::Dropout(0.25), dropout, {20, 30});
  check(nn::Dropout1d(0.25), dropout1d, {20, 30, 2});
  check(nn::Dropout2d(0.25), dropout2d, {20, 30, 2, 2});
  check(nn::Dropout3d(0.25), dropout3d, {20, 30, 2, 2, 1});
  check(nn::AlphaDropout(0.25), alpha_dropout, {20, 30});
  check(nn::FeatureAlphaDropout(0.25), feature_alpha_dropout, {20, 30, 2});
  CHECK(error_of([] { nn::Dropout2d(-1); }) == "Dropout2d: p = -1 must be at least 0 and at most 1");
  CHECK(error_of([] { nn::Dropout3d()(ones(3)); }) == "Dropout3d: the input is of shape [3]; wanted 4 or 5 dimensions");
}

TEST_CASE("Flatten keeps the batch") {
  const Tensor x = ones({2, 3, 4, 5});
  CHECK(nn::Flatten()(x).sizes() == Dims{2, 60});
  CHECK(nn::Flatten(0)(x).sizes() == Dims{120});
  CHECK(nn::Flatten(1, 2)(x).sizes() == Dims{2, 12, 5});
  CHECK(equal(nn::Unflatten(1, {3, -1})(nn::Flatten(1, 2)(x)), x));
  CHECK(concat(nn::Unflatten(1, {3, -1})) == "Unflatten(dim=1, unflattened_size=(3, -1))");
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
        "uniform_: wants a floating point tensor, not int64");
  CHECK(error_of([] { nn::init::xavier_normal_(zeros(2)); }) ==
        "xavier_normal_: a tensor of shape [2] has no fan; wanted 2 dimensions or more");
  CHECK(error_of([] { nn::init::trunc_normal_(zeros(2), 0, 0); }) == "trunc_normal_: std = 0 must be above 0");
  CHECK(error_of([] { nn::init::trunc_normal_(zeros(2), 0, 1, 2, 1); }) == "trunc_normal_: a = 2 must be below b = 1");
  CHECK(error_of([] { nn::init::eye_(zeros(2)); }) == "eye_: wants a matrix, not a tensor of shape [2]");
  CHECK(error_of([] { nn::init::orthogonal_(zeros(2)); }) ==
        "orthogonal_: wants 2 dimensions or more, not a tensor of shape [2]");
}
