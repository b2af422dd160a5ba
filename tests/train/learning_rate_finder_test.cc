#include "descent/train/learning_rate_finder.h"

#include <doctest/doctest.h>

#include <cmath>

#include "descent/descent.h"
#include "descent/train/epoch.h"
#include "train/small_tables.h"

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
  data::Batches batches(data.x, data.y, 32, Generator(0));
  nn::MSELoss loss;
  for (const bool warm : {false, true}) {
    if (warm) {
      mse_loss(net(data.x), data.y).backward();
      optimizer.step();
    }
    const StateDict model_before = copy(net.state_dict()), optimizer_before = copy(optimizer.state_dict());
    const Generator::State generator_before = default_generator().state();
    const auto noisy = [&](const Tensor& outputs, const Tensor& targets) {
      return loss(outputs + 0.01 * randn_like(outputs), targets);
    };
    const auto curve = train::find_learning_rate(net, noisy, optimizer, batches, {.steps = 60});
    CHECK(default_generator().state() == generator_before);
    CHECK(same(net.state_dict(), model_before));
    CHECK(same(optimizer.state_dict(), optimizer_before));
    CHECK(optimizer.lr().value() == 0.123);
    // The next epoch of `batches` is the one it would have been.
    data::Batches fresh(data.x, data.y, 32, Generator(0));
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
  const auto curve = train::find_learning_rate(net, mse, optimizer, data::Batches(data.x, data.y, 32, Generator(0)),
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
    data::Batches batches(data.x, data.y, 32, Generator(0));
    const auto curve = train::find_learning_rate(net, mse, optimizer, batches);
    optimizer.lr() = lr_of(curve.suggestion.value());
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

TEST_CASE("on small tables too the suggestion trains well") {
  for (const SmallTable& table : small_tables()) {
    CAPTURE(table.name);
    const auto loss = [&](const Tensor& output, const Tensor& target) { return table.loss(output, target); };
    const auto loss_of = [&](nn::Sequential& network) {
      const NoGrad no_grad;
      return loss(network(table.x), table.y).item();
    };
    const auto trained = [&](double lr) {
      nn::Sequential network = table.network();
      const auto optimizer = table.make_optimizer(network.parameters());
      optimizer->lr() = lr;
      data::Batches batches = table.batches();
      const auto steps = 200 / batches.count();
      try {
        for (std::int64_t epoch = 0; epoch < steps; ++epoch) train::train_epoch(network, loss, *optimizer, batches);
      } catch (const train::NotFinite&) {
        return std::numeric_limits<double>::infinity();
      }
      return loss_of(network);
    };
    nn::Sequential network = table.network();
    const auto optimizer = table.make_optimizer(network.parameters());
    const auto curve = train::find_learning_rate(network, loss, *optimizer, table.batches());
    REQUIRE(curve.suggestion.has_value());

    const double start = loss_of(network);
    double best = start;
    for (double lr = 1e-5; lr < 20; lr *= std::sqrt(10.0)) {
      const double here = trained(lr);
      if (here < best) best = here;
    }
    const double suggested = trained(*curve.suggestion);
    CAPTURE(*curve.suggestion);
    CAPTURE(start);
    CAPTURE(best);
    // Of what the best of 13 rates gains.
    CHECK(start - suggested > 0.65 * (start - best));
  }
}

TEST_CASE("where the loss does not fall there is no suggestion") {
  optim::SGD optimizer({zeros(1, {.requires_grad = true})});
  const auto flat = [] { return 1.0; };
  CHECK_FALSE(train::learning_rate_curve(optimizer, flat).suggestion.has_value());
  double rising = 1;
  CHECK_FALSE(train::learning_rate_curve(optimizer, [&] { return rising *= 1.001; }).suggestion.has_value());
  for (const std::uint64_t seed : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
    manual_seed(seed);
    const auto noise = [] { return 5 + randn({}).item(); };
    CHECK_FALSE(train::learning_rate_curve(optimizer, noise).suggestion.has_value());
  }
  // The curve ends before there are averages.
  double exploding = 1;
  CHECK_FALSE(train::learning_rate_curve(optimizer, [&] { return exploding *= 10; }).suggestion.has_value());
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
  CHECK(curve.suggestion.value() == doctest::Approx(1e-2));
  // Least at 1, but it fell fastest at 1e-3, long before.
  const auto slow = [&] {
    const double lr = optimizer.lr().value();
    return lr < 0.99e-3 ? 3.0 : lr < 0.99e-2 ? 2.0 : 1.0 - lr / 10;
  };
  CHECK(train::learning_rate_curve(optimizer, slow, range).suggestion.value() == doctest::Approx(1e-3));
  // It diverges at 3, with a factor of 2.
  train::LearningRateRange early = range;
  early.divergence = 2;
  CHECK(train::learning_rate_curve(optimizer, loss, early).rates.size() == 4);
}

TEST_CASE("the range test says what it cannot take, and restores even then") {
  const Data data = make_data();
  Net net;
  optim::SGD optimizer(net.parameters(), {.lr = 0.5});
  const data::Batches batches(data.x, data.y, 32, Generator(0));
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
