// The optimizers around optimizers: 14 steps against Optax and formulas (tests/golden/wrappers.py), and what they
// promise.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>

#include "descent/descent.h"
#include "error_of.h"
#include "golden/golden.h"

using namespace descent;
using namespace descent::optim;

namespace {

constexpr int kWrapperSteps = 14;

using MakeWrapper = std::function<std::unique_ptr<Optimizer>(const std::vector<Tensor>& parameters)>;

// A wrapper of what `inner` makes.
template <class Outer, class... Arguments>
MakeWrapper around(const MakeWrapper& inner, const Arguments&... arguments) {
  return
      [=](const std::vector<Tensor>& parameters) { return std::make_unique<Outer>(inner(parameters), arguments...); };
}

const MakeWrapper sgd = [](const auto& parameters) { return std::make_unique<SGD>(parameters, SGDOptions{.lr = 0.5}); };
const MakeWrapper momentum = [](const auto& parameters) {
  return std::make_unique<SGD>(parameters, SGDOptions{.lr = 0.5, .momentum = 0.9});
};
const MakeWrapper adam = [](const auto& parameters) {
  return std::make_unique<Adam>(parameters, AdamOptions{.lr = 0.05});
};

const std::map<std::string, MakeWrapper> kGolden = {
    {"train/lookahead", around<Lookahead>(momentum, LookaheadOptions{.k = 3, .alpha = 0.4})},
    {"train/lookahead_adam", around<Lookahead>(adam, LookaheadOptions())},
    {"train/centralization", around<GradientCentralization>(momentum)},
    {"train/accumulation", around<GradientAccumulation>(adam, GradientAccumulationOptions{.k = 3})},
    {"train/skip_poisoned", around<SkipNonFinite>(adam, SkipNonFiniteOptions{.max_consecutive = 2})},
    {"train/sam", around<SAM>(momentum, SAMOptions{.rho = 0.3})},
    {"train/sam_adaptive", around<SAM>(adam, SAMOptions{.rho = 0.7, .adaptive = true})},
    {"train/projected", around<Projected>(sgd, [](const Tensor& p) { return project_simplex(p, 2); })},
};

// Those, and wrappers in wrappers.
std::map<std::string, MakeWrapper> all_wrappers() {
  std::map<std::string, MakeWrapper> all = kGolden;
  all["lookahead around sam"] = around<Lookahead>(kGolden.at("train/sam"), LookaheadOptions{.k = 2});
  all["sam around lookahead"] = around<SAM>(kGolden.at("train/lookahead"), SAMOptions{.rho = 0.1});
  all["centralization around accumulation"] = around<GradientCentralization>(kGolden.at("train/accumulation"));
  all["accumulation around skipping"] =
      around<GradientAccumulation>(kGolden.at("train/skip_poisoned"), GradientAccumulationOptions{.k = 4});
  all["combined"] = [](const std::vector<Tensor>& p) {
    return std::make_unique<Combined>(SGD({p[0]}, {.lr = 0.3, .momentum = 0.5}), Lookahead(Adam({p[1]}), {.k = 2}));
  };
  return all;
}

// The training of tests/golden/wrappers.py.
struct Training {
  explicit Training(const Golden& golden)
      : weight(golden["weight"].clone().requires_grad_()),
        bias(golden["bias"].clone().requires_grad_()),
        x(golden["x"]),
        y(golden["y"]) {}

  std::vector<Tensor> parameters() const { return {weight, bias}; }
  std::vector<double> values() const {
    std::vector<double> values = weight.to_vector<double>();
    for (const double value : bias.to_vector<double>()) values.push_back(value);
    return values;
  }
  /// What a closure does.
  Tensor evaluate(int step, bool poisoned = false) const {
    for (const Tensor& p : parameters()) p.set_grad({});
    const Tensor loss = mean(square(tanh(linear(x[step % 4], weight, bias)) - y[step % 4]));
    loss.backward();
    for (const Tensor& p : parameters()) {
      if (poisoned) p.set_grad(full_like(p, std::nan("")));
    }
    return loss;
  }

  Tensor weight, bias, x, y;
};

bool poisoned(const std::string& id, int step) {
  return id.ends_with("poisoned") && (step == 3 || step == 4 || step == 8);
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

}  // namespace

TEST_CASE("14 steps of the wrappers are the reference's, with a closure and without") {
  const Golden golden("wrappers");
  int count = 0;
  for (const auto& golden_case : golden.cases()) {
    const std::string& id = golden_case.first;
    if (!id.starts_with("train/")) continue;
    CAPTURE(id);
    ++count;
    for (const bool with_closure : {false, true}) {
      if (!with_closure && id.starts_with("train/sam")) continue;
      const Training training(golden);
      const auto optimizer = kGolden.at(id)(training.parameters());
      for (int step = 0; step < kWrapperSteps; ++step) {
        CAPTURE(step);
        double loss = 0;
        const auto closure = [&] {
          const Tensor value = training.evaluate(step, poisoned(id, step));
          if (loss == 0) loss = value.item();
          return value;
        };
        if (with_closure) {
          CHECK(optimizer->step(closure).item() == loss);
        } else {
          closure();
          optimizer->step();
        }
        CHECK(distance(training.values(), golden[id + "/parameters"][step].to_vector<double>()) < 1e-13);
      }
    }
  }
  CHECK(static_cast<std::size_t>(count) == kGolden.size());
}

TEST_CASE("the state dict of every wrapper continues bit for bit") {
  const Golden golden("wrappers");
  for (const auto& entry : all_wrappers()) {
    CAPTURE(entry.first);
    const Training training(golden), other(golden);
    const auto optimizer = entry.second(training.parameters());
    const auto step = [&](Optimizer& o, const Training& t, int i) { o.step([&] { return t.evaluate(i); }); };
    optimizer->lr() = 0.0625;
    for (int i = 0; i < 7; ++i) step(*optimizer, training, i);

    const StateDict state = optimizer->state_dict();
    for (std::size_t i = 0; i < 2; ++i) {
      const NoGrad no_grad;
      other.parameters()[i].copy_(training.parameters()[i]);
    }
    const auto loaded = entry.second(other.parameters());
    loaded->load_state_dict(state);
    CHECK(loaded->lr().value() == 0.0625);
    for (int i = 7; i < kWrapperSteps; ++i) {
      step(*optimizer, training, i);
      step(*loaded, other, i);
    }
    CHECK(training.values() == other.values());

    StateDict wrong = optimizer->state_dict();
    wrong["optimizers.1.inner.state.0.exp_avg_sq"] = wrong["inner.state.0.what"] = zeros(3);
    wrong.erase("optimizers.0.param_groups.0.lr");
    CHECK(error_of([&] { loaded->load_state_dict(wrong); }) != "");
    step(*optimizer, training, 0);
    step(*loaded, other, 0);
    CHECK(training.values() == other.values());
  }
}

TEST_CASE("wrappers read gradients and never write into them") {
  const Golden golden("wrappers");
  for (const auto& entry : all_wrappers()) {
    if (entry.first.find("sam") != std::string::npos) continue;
    CAPTURE(entry.first);
    const Training training(golden);
    const auto optimizer = entry.second(training.parameters());
    training.evaluate(0);
    const Tensor g = training.weight.grad(), copy = g.clone();
    for (int step = 0; step < 5; ++step) {
      optimizer->step();
      CHECK(equal(g, copy));
      CHECK(equal(training.weight.grad(), copy));
    }
  }
}

TEST_CASE("wrappers pass on groups, learning rates and momenta, to schedules too") {
  const Tensor x = zeros(2, {.requires_grad = true}), y = zeros(1, {.requires_grad = true});
  SGD sgd({x}, {.lr = 0.5, .momentum = 0.25});
  sgd.add_group({y}, {.lr = 0.125});
  Lookahead optimizer(GradientCentralization(std::move(sgd)), {.k = 2});
  CHECK(optimizer.group_count() == 2);
  CHECK(optimizer.lr(1).value() == 0.125);
  CHECK(optimizer.momentum()->value() == 0.25);
  CHECK(optimizer.parameters().size() == 2);
  lr_scheduler::StepLR scheduler(optimizer, {.step_size = 1, .gamma = 0.5});
  scheduler.step();
  CHECK(optimizer.lr().value() == 0.25);
  x.set_grad(ones(2));
  optimizer.step();
  CHECK(equal(x.detach(), tensor({-0.25, -0.25})));
  CHECK(optimizer.state_dict().contains("inner.inner.state.0.momentum_buffer"));
}

TEST_CASE("Combined has the groups of all, and each rule for its own") {
  const Tensor x = zeros(1, {.requires_grad = true}), y = zeros(1, {.requires_grad = true});
  Combined optimizer(SGD({x}, {.lr = 0.5}), Adagrad({y}, {.lr = 0.25}));
  CHECK(optimizer.group_count() == 2);
  CHECK(optimizer.lr(1).value() == 0.25);
  CHECK(optimizer.momentum(0) != nullptr);
  CHECK(optimizer.momentum(1) == nullptr);
  const auto loss = optimizer.step([&] {
    optimizer.zero_grad();
    const Tensor value = sum(2 * x + 3 * y);
    value.backward();
    return value;
  });
  CHECK(loss.item() == 0);
  CHECK(x.item() == -1);
  CHECK(y.item() == doctest::Approx(-0.25));
  CHECK(error_of([&] { Combined(SGD({x}), Adagrad({x})); }) == "Combined: parameter 0 of shape [1] is there twice");
  StateDict state = optimizer.state_dict();
  state["lr"] = tensor(1.0);
  CHECK(error_of([&] { optimizer.load_state_dict(state); }) ==
        "Combined: load_state_dict: 1 names belong to none of the 2 optimizers");
  state.erase("lr");
  state["optimizers.0.param_groups.0.lr"] = tensor(7.0);
  state.erase("optimizers.1.param_groups.0.lr");
  CHECK(error_of([&] { optimizer.load_state_dict(state); }) == "Adagrad: load_state_dict: missing param_groups.0.lr");
  CHECK(optimizer.lr().value() == 0.5);
}

TEST_CASE("SAM puts the weights back when the second evaluation fails") {
  const Tensor x = tensor({1.0, 2.0}, {.requires_grad = true});
  SAM optimizer(SGD({x}, {.lr = 0.5}), {.rho = 1});
  int count = 0;
  const auto closure = [&] {
    if (++count == 2) fail("no more");
    optimizer.zero_grad();
    const Tensor loss = sum(square(x));
    loss.backward();
    return loss;
  };
  CHECK(error_of([&] { optimizer.step(closure); }) == "no more");
  CHECK(equal(x.detach(), tensor({1.0, 2.0})));
  CHECK(error_of([&] { optimizer.step(); }) == "SAM: step wants a closure, to evaluate the loss at two places");
}

TEST_CASE("SAM with radius 0, or where the gradient is 0, is the optimizer itself") {
  for (const double start : {1.0, 0.0}) {
    const Tensor x = tensor({start}, {.requires_grad = true});
    SAM optimizer(SGD({x}, {.lr = 0.25}), {.rho = start == 0 ? 0.5 : 0.0});
    optimizer.step([&] {
      optimizer.zero_grad();
      const Tensor loss = sum(square(x));
      loss.backward();
      return loss;
    });
    CHECK(x.item() == start / 2);
  }
}

TEST_CASE("SkipNonFinite undoes a step, state included, also where that step begins with new state") {
  const Tensor x = tensor({1.0, 2.0}, {.requires_grad = true});
  auto inner = std::make_unique<SGD>(std::vector<Tensor>{x}, SGDOptions{.lr = 0.5});
  SGD& sgd = *inner;
  SkipNonFinite optimizer(std::move(inner));
  const auto step = [&](const Tensor& gradient) {
    x.set_grad(gradient);
    optimizer.step();
  };
  step(tensor({1.0, 1.0}));
  CHECK(equal(x.detach(), tensor({0.5, 1.5})));
  sgd.options().momentum = 0.5;
  step(tensor({std::nan(""), 1.0}));
  CHECK(equal(x.detach(), tensor({0.5, 1.5})));
  CHECK(optimizer.skipped() == 1);
  step(tensor({1.0, -1.0}));
  step(tensor({0.0, 0.0}));
  CHECK(equal(x.detach(), tensor({-0.25, 2.25})));
}

TEST_CASE("SkipNonFinite stops where too many steps in a row are not finite") {
  const Tensor x = tensor({1.0}, {.requires_grad = true});
  SkipNonFinite optimizer(SGD({x}, {.lr = 0.5}), {.max_consecutive = 2});
  const auto step = [&](double g) {
    x.set_grad(full({1}, g));
    optimizer.step();
  };
  const double inf = std::numeric_limits<double>::infinity();
  step(inf);
  step(-inf);
  CHECK(optimizer.skipped() == 2);
  step(1);
  CHECK(x.item() == 0.5);
  step(inf);
  step(inf);
  CHECK(error_of([&] { step(std::nan("")); }) ==
        "SkipNonFinite: the gradients of 3 steps in a row were not finite; max_consecutive = 2");
  CHECK(optimizer.skipped() == 5);
  CHECK(x.item() == 0.5);
}

TEST_CASE("GradientAccumulation leaves alone what has no gradient, and refuses a second evaluation") {
  const Tensor x = tensor({1.0}, {.requires_grad = true}), y = tensor({1.0}, {.requires_grad = true});
  GradientAccumulation optimizer(SGD({x, y}, {.lr = 1, .momentum = 0.5}), {.k = 2});
  x.set_grad(ones(1));
  optimizer.step();
  CHECK(x.item() == 1);
  x.set_grad({});
  optimizer.step();
  CHECK(x.item() == 0.5);
  CHECK(y.item() == 1);
  CHECK(!optimizer.state_dict().contains("inner.state.1.momentum_buffer"));

  GradientAccumulation around_sam(SAM(SGD({x})), {.k = 1});
  CHECK(error_of([&] {
          around_sam.step([&] {
            const Tensor loss = sum(x);
            loss.backward();
            return loss;
          });
        }) == "GradientAccumulation: the optimizer inside evaluates the loss a second time, but its batches are gone");
  CHECK(x.item() == 0.5);
}

TEST_CASE("wrappers refuse what is out of bounds") {
  const Tensor x = tensor({1.0}, {.requires_grad = true});
  const auto sgd = [&] { return SGD({x}); };
  CHECK(error_of([&] { Lookahead(sgd(), {.k = 0}); }) == "Lookahead: k = 0 must be at least 1");
  CHECK(error_of([&] { Lookahead(sgd(), {.alpha = 1.5}); }) ==
        "Lookahead: alpha = 1.5 must be at least 0 and at most 1");
  CHECK(error_of([&] { SAM(sgd(), {.rho = -1}); }) == "SAM: rho = -1 must be at least 0");
  CHECK(error_of([&] { GradientAccumulation(sgd(), {.k = 0}); }) == "GradientAccumulation: k = 0 must be at least 1");
  CHECK(error_of([&] { SkipNonFinite(sgd(), {.max_consecutive = -1}); }) ==
        "SkipNonFinite: max_consecutive = -1 must be at least 0");
  CHECK(error_of([&] { Lookahead(std::unique_ptr<SGD>()); }) == "Lookahead: there is no optimizer to wrap");
  Projected projected(sgd(), [](const Tensor& p) { return sum(p); });
  x.set_grad(ones(1));
  CHECK(error_of([&] { projected.step(); }) == "Projected: the projection made [] of [1]");
  StateDict state = Lookahead(sgd()).state_dict();
  state["param_groups.0.alpha"] = tensor(2.0);
  state["what"] = tensor(2.0);
  Lookahead lookahead(sgd());
  CHECK(error_of([&] { lookahead.load_state_dict(state); }) == "Lookahead: load_state_dict: unexpected what");
  state.erase("what");
  CHECK(error_of([&] { lookahead.load_state_dict(state); }) == "Lookahead: alpha = 2 must be at least 0 and at most 1");
  CHECK(lookahead.options().alpha.value() == 0.5);
}
