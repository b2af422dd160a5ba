// SophiaH and its estimate of the Hessian.
#include <doctest/doctest.h>

#include "descent/descent.h"
#include "optim/parameter.h"

using namespace descent;

TEST_CASE("update_hessian averages u * H u, and steps are clipped by it") {
  // The Hessian of sum x^4 / 12 + x0 x1 is [[x0^2, 1], [1, x1^2]].
  const Tensor x = parameter({2.0, -3.0}, float64);
  optim::SophiaH optimizer({x}, {.lr = 0.1, .betas = {0.5, 0.75}, .gamma = 0.5, .eps = 1e-3, .weight_decay = 0.25});
  const auto objective = [&] { return sum(pow(x, 4)) / 12 + x[0] * x[1]; };
  Tensor h = zeros(2, {.dtype = float64}), m = zeros(2, {.dtype = float64}), p = x.detach().clone();
  for (int step = 0; step < 6; ++step) {
    const Tensor loss = objective();
    if (step % 2 == 0) {
      manual_seed(7);
      const Tensor u = randn({2}, {.dtype = float64});
      h = 0.75 * h + 0.25 * u * (square(p) * u + flip(u, 0));
      manual_seed(7);
      optimizer.update_hessian(loss);
    }
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    m = 0.5 * m + 0.5 * (pow(p, 3) / 3 + flip(p, 0));
    p = p * (1 - 0.1 * 0.25);
    p = p - 0.1 * clamp(m / maximum(0.5 * h, 1e-3), -1, 1);
    CHECK(allclose(x.detach(), p, 1e-13));
  }
}

TEST_CASE("update_hessian before the first step, and again, gives the same bits for a seed") {
  const auto hessian = [] {
    const Tensor x = parameter({2.0, -3.0}, float64);
    optim::SophiaH optimizer({x});
    manual_seed(3);
    for (int i = 0; i < 2; ++i) optimizer.update_hessian(sum(pow(x, 4)));
    return optimizer.state_dict().at("state.0.hessian").clone();
  };
  CHECK(equal(hessian(), hessian()));
}

TEST_CASE("where the loss is linear, or does not depend on a parameter, the Hessian is 0") {
  const Tensor x = parameter({2.0}, float64), y = parameter({1.0}, float64), z = parameter({1.0}, float64);
  optim::SophiaH optimizer({x, y, z});
  optimizer.update_hessian(sum(3 * y));
  CHECK(optimizer.state_dict().at("state.1.hessian").item() == 0);
  optimizer.update_hessian(sum(square(x)) + sum(3 * y));
  CHECK(optimizer.state_dict().at("state.0.hessian").item() > 0);
  CHECK(optimizer.state_dict().at("state.1.hessian").item() == 0);
  CHECK(optimizer.state_dict().at("state.2.hessian").item() == 0);
}
