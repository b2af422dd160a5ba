// The modes of the Schedule-Free optimizers; golden_test.cc has their steps.
#include <doctest/doctest.h>

#include "descent/descent.h"

using namespace descent;

namespace {

void step(optim::Optimizer& optimizer, const Tensor& x) {
  optimizer.zero_grad();
  sum(square(x) * tensor({1.0, 3.0})).backward();
  optimizer.step();
}

Tensor start() { return tensor({1.0, -2.0}, {.dtype = float64, .requires_grad = true}); }

}  // namespace

TEST_CASE("eval() puts the parameters at the average of z, train() back at y") {
  const Tensor p = start();
  optim::ScheduleFreeSGD optimizer({p}, {.lr = 0.05, .momentum = 0.75});
  Tensor z = p.detach().clone(), x = z.clone(), y = z.clone();
  for (int t = 1; t <= 5; ++t) {
    z = z - 0.05 * 2 * y * tensor({1.0, 3.0});
    x = x + (z - x) / t;
    y = 0.25 * z + 0.75 * x;
    step(optimizer, p);
    CHECK(allclose(p.detach(), y, 1e-14));
    optimizer.eval();
    optimizer.eval();
    CHECK(allclose(p.detach(), x, 1e-14));
    optimizer.train();
    optimizer.train();
    CHECK(allclose(p.detach(), y, 1e-14));
  }
}

TEST_CASE("a step after eval() is an error") {
  const Tensor p = start();
  optim::ScheduleFreeAdamW optimizer({p});
  optimizer.eval();
  CHECK_THROWS_WITH_AS(step(optimizer, p), "ScheduleFreeAdamW: step() after eval(); call train() first", Error);
  CHECK(equal(p.detach(), start().detach()));
  optimizer.train();
  step(optimizer, p);
  CHECK(!equal(p.detach(), start().detach()));
}

TEST_CASE("a state dict knows where the parameters are") {
  const Tensor p = start();
  optim::ScheduleFreeAdamW optimizer({p}, {.lr = 0.1});
  for (int i = 0; i < 3; ++i) step(optimizer, p);
  optimizer.eval();
  const Tensor q = p.detach().clone().requires_grad_();
  optim::ScheduleFreeAdamW other({q}, {.lr = 0.1});
  other.load_state_dict(optimizer.state_dict());
  CHECK_THROWS_AS(step(other, q), Error);
  optimizer.train();
  other.train();
  for (int i = 0; i < 3; ++i) {
    step(optimizer, p);
    step(other, q);
  }
  CHECK(equal(p.detach(), q.detach()));
}
