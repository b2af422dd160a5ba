#include "descent/train/learning_rate_finder.h"

#include <doctest/doctest.h>

#include <cmath>

#include "descent/descent.h"

using namespace descent;

namespace {

struct Net final : nn::Module<Net> {
  nn::Linear first{4, 16};
  nn::Linear second{16, 1};
  Tensor forward(const Tensor& x) { return second(relu(first(x))).squeeze(1); }
};

struct Data {
  Tensor x, y;
};
Data make_data() {
  manual_seed(1);
  const Tensor x = randn({256, 4});
  return {x, sin(x(Ellipsis, 0)) + 0.5 * x(Ellipsis, 1)};
}

Tensor mse(const Tensor& output, const Tensor& target) { return mse_loss(output, target); }

double loss_of(Net& net, const Data& data) { return mse_loss(net(data.x), data.y).item(); }

// As StateDicts of clones.
bool same(const StateDict& a, const StateDict& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, value] : a) {
    if (!b.contains(name) || !equal(value, b.at(name))) return false;
  }
  return true;
}
StateDict copy(const StateDict& state) {
  StateDict copies;
  for (const auto& [name, value] : state) copies.emplace(name, value.clone());
  return copies;
}

}  // namespace

TEST_CASE("the range test leaves the model, the optimizer and the batches as they were") {
  const Data data = make_data();
  Net net;
  optim::Adam optimizer(net.parameters(), {.lr = 0.123});
  data::Batches batches(data.x, data.y, 32, 0);
  nn::MSELoss loss;
  for (const bool warm : {false, true}) {
    if (warm) {
      mse_loss(net(data.x), data.y).backward();
      optimizer.step();
    }
    const StateDict model_before = copy(net.state_dict()), optimizer_before = copy(optimizer.state_dict());
    const auto curve = train::find_learning_rate(net, loss, optimizer, batches, {.steps = 60});
    CHECK(same(net.state_dict(), model_before));
    CHECK(same(optimizer.state_dict(), optimizer_before));
    CHECK(optimizer.lr().value() == 0.123);
    // The next epoch of `batches` is the one it would have been.
    data::Batches fresh(data.x, data.y, 32, 0);
    if (!warm) {
      const auto first = (*batches.begin()).inputs, wanted = (*fresh.begin()).inputs;
      CHECK(equal(first, wanted));
    }
  }
}

TEST_CASE("the rates rise exponentially, and the curve ends where the loss explodes") {
  const Data data = make_data();
  Net net;
  optim::SGD optimizer(net.parameters());
  const auto curve = train::find_learning_rate(net, mse, optimizer, data::Batches(data.x, data.y, 32, 0),
                                               {.first = 1e-5, .last = 100, .steps = 71});
  CHECK(curve.rates.front() == doctest::Approx(1e-5));
  CHECK(curve.rates[10] == doctest::Approx(1e-4));
  CHECK(curve.rates.size() < 71);
  CHECK(curve.losses.size() == curve.rates.size());
  CHECK(curve.smoothed.size() == curve.rates.size());
  CHECK(curve.smoothed[0] == doctest::Approx(curve.losses[0]));
  CHECK(curve.smoothed[1] == doctest::Approx((0.9 * curve.losses[0] + curve.losses[1]) / 1.9));
}

TEST_CASE("the suggestion trains well, and much better than far lower and far higher rates") {
  const Data data = make_data();
  const auto trained = [&](auto lr_of) {
    manual_seed(2);
    Net net;
    optim::SGD optimizer(net.parameters());
    data::Batches batches(data.x, data.y, 32, 0);
    const auto curve = train::find_learning_rate(net, mse, optimizer, batches);
    optimizer.lr() = lr_of(curve.suggestion);
    for (int epoch = 0; epoch < 20; ++epoch) {
      for (const auto& [x, y] : batches) {
        optimizer.zero_grad();
        mse_loss(net(x), y).backward();
        optimizer.step();
      }
    }
    return loss_of(net, data);
  };
  const double suggested = trained([](double lr) { return lr; });
  CHECK(suggested < 0.1);
  CHECK(trained([](double lr) { return lr / 100; }) > 4 * suggested);
  CHECK_FALSE(trained([](double lr) { return lr * 100; }) < suggested);
}

TEST_CASE("the suggestion is what the curve says") {
  optim::SGD optimizer({zeros(1, {.requires_grad = true})});
  // Falls fastest at 1e-2, is least at 1e-1 and rises to 3 at 1.
  const auto loss = [&] {
    const double lr = optimizer.lr().value();
    if (lr < 0.99e-2) return 2.0;
    if (lr < 0.99e-1) return 1.1;
    return lr < 0.99 ? 1.0 : 3.0;
  };
  const train::LearningRateRange range = {.first = 1e-4, .last = 1, .steps = 5, .smoothing = 0};
  const auto curve = train::learning_rate_curve(optimizer, loss, range);
  CHECK(curve.losses == std::vector<double>{2, 2, 1.1, 1, 3});
  CHECK(curve.suggestion == doctest::Approx(1e-2));
  // Least at 1, but it fell fastest at 1e-3, long before.
  const auto slow = [&] {
    const double lr = optimizer.lr().value();
    return lr < 0.99e-3 ? 3.0 : lr < 0.99e-2 ? 2.0 : 1.0 - lr / 10;
  };
  CHECK(train::learning_rate_curve(optimizer, slow, range).suggestion == doctest::Approx(1e-3));
  // It diverges at 3, with a factor of 2.
  train::LearningRateRange early = range;
  early.divergence = 2;
  CHECK(train::learning_rate_curve(optimizer, loss, early).rates.size() == 4);
}

TEST_CASE("the range test says what it cannot take, and restores even then") {
  const Data data = make_data();
  Net net;
  optim::SGD optimizer(net.parameters(), {.lr = 0.5});
  const data::Batches batches(data.x, data.y, 32, 0);
  const auto check = [&](const char* message, const train::LearningRateRange& range) {
    CHECK_THROWS_WITH_AS(train::find_learning_rate(net, mse, optimizer, batches, range), message, Error);
    CHECK(optimizer.lr().value() == 0.5);
  };
  check("find_learning_rate: first = 0 must be above 0", {.first = 0});
  check("find_learning_rate: last = 1e-09 must be above first, and finite", {.last = 1e-9});
  check("find_learning_rate: steps = 1 must be at least 2", {.steps = 1});
  check("find_learning_rate: smoothing = 1 must be at least 0 and below 1", {.smoothing = 1});
  check("find_learning_rate: divergence = 1 must be above 1", {.divergence = 1});
  const auto broken = [](const Tensor& output, const Tensor&) { return sum(output) * INFINITY; };
  CHECK_THROWS_WITH_AS(train::find_learning_rate(net, broken, optimizer, batches),
                       "find_learning_rate: the loss is not finite at the first rate, 1e-07", Error);
  CHECK(std::isfinite(loss_of(net, data)));
}
