#include <doctest/doctest.h>

#include <vector>

#include "descent/descent.h"

using namespace descent;

TEST_CASE("penalties are sums over ranges of tensors or parameters") {
  const Tensor weight = tensor({{1.0, -2.0}, {0.5, 0.0}}), bias = tensor({3.0, -1.0});
  CHECK(l1_penalty({weight, bias}).item() == 7.5);
  CHECK(l2_penalty({weight, bias}).item() == 15.25);
  CHECK(elastic_net_penalty({weight, bias}).item() == 0.5 * 7.5 + 0.25 * 15.25);
  CHECK(elastic_net_penalty({weight, bias}, {.l1_ratio = 1}).item() == 7.5);
  CHECK(elastic_net_penalty({weight, bias}, {.l1_ratio = 0}).item() == 15.25 / 2);

  const std::vector<Tensor> tensors{weight, bias};
  CHECK(l2_penalty(tensors).item() == 15.25);
  CHECK(l2_penalty(std::vector<Tensor>{}).item() == 0);
  const nn::Linear layer(2, 3);
  CHECK(l2_penalty(layer.parameters()).item() == l2_penalty({layer.weight, layer.bias}).item());
  CHECK(l1_penalty(layer.parameters()).item() == l1_penalty({layer.weight, layer.bias}).item());
}

TEST_CASE("penalties have the dtype of the tensors") {
  CHECK(l2_penalty({ones(2, {.dtype = float64})}).dtype() == float64);
  CHECK(l1_penalty({ones(2)}).dtype() == float32);
}

TEST_CASE("half the squares have the gradients of weight decay") {
  manual_seed(0);
  nn::Linear penalized(3, 2), decayed(3, 2);
  decayed.load_state_dict(penalized.state_dict());
  const Tensor x = randn({4, 3}), y = randn({4, 2});
  optim::SGD with_penalty(penalized.parameters(), {.lr = 0.1});
  optim::SGD with_decay(decayed.parameters(), {.lr = 0.1, .weight_decay = 0.5});
  for (int step = 0; step < 10; ++step) {
    with_penalty.zero_grad();
    const Tensor cost = mse_loss(penalized(x), y);
    const Tensor objective = cost + 0.25 * l2_penalty(penalized.parameters());
    objective.backward();
    with_penalty.step();

    with_decay.zero_grad();
    mse_loss(decayed(x), y).backward();
    with_decay.step();
  }
  CHECK(allclose(penalized.weight, decayed.weight, 1e-5, 1e-6));
  CHECK(allclose(penalized.bias, decayed.bias, 1e-5, 1e-6));
}

TEST_CASE("the gradient of the absolute value at 0 is 0") {
  const Tensor weight = tensor({0.0, -2.0, 3.0}, {.requires_grad = true});
  l1_penalty({weight}).backward();
  CHECK(equal(weight.grad(), tensor({0.0, -1.0, 1.0})));
}

TEST_CASE("elastic_net_penalty names a ratio out of bounds") {
  CHECK_THROWS_WITH_AS(elastic_net_penalty({ones(1)}, {.l1_ratio = 1.5}),
                       "elastic_net_penalty: l1_ratio = 1.5 must be at least 0 and at most 1", Error);
}
