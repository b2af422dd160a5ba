// State keeps its place: a captured step goes on writing where the first one found it.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>

#include "descent/descent.h"
#include "error_of.h"
#include "optim/every_wrapper.h"
#include "optim/parameter.h"

using namespace descent;
using namespace descent::optim;

namespace {

struct Fit {
  explicit Fit(std::size_t kind) : optimizer(std::move(every_optimizer_and_wrapper({x, y})[kind].optimizer)) {}

  void step() const {
    manual_seed(1);  // for the noise that some add
    optimizer->step([&] {
      optimizer->zero_grad();
      const Tensor loss = sum(square(x) * tensor({1.0, 3.0})) + sum(square(y - 1));
      loss.backward();
      return loss;
    });
  }

  Tensor x = parameter({1.5, 2.0}), y = parameter({{0.5, -0.25}, {1.0, 0.125}});
  std::unique_ptr<Optimizer> optimizer;
};

// The tensors that are the optimizer's own; plain options are written anew into each state dict. LBFGS' lists of pairs
// move on.
std::map<std::string, const TensorImpl*> places(const Optimizer& optimizer) {
  const StateDict state = optimizer.state_dict(), again = optimizer.state_dict();
  std::map<std::string, const TensorImpl*> places;
  for (const auto& [name, tensor] : state) {
    const bool in_list = name.find(".old_") != std::string::npos || name.find(".ro.") != std::string::npos;
    if (tensor.impl() == again.at(name).impl() && !in_list) places.emplace(name, tensor.impl());
  }
  return places;
}

std::size_t kinds() { return every_optimizer_and_wrapper({parameter({1.0}), parameter({1.0})}).size(); }

}  // namespace

TEST_CASE("after the first step, no tensor of the state comes, goes or is replaced") {
  for (std::size_t kind = 0; kind < kinds(); ++kind) {
    const Fit fit(kind);
    CAPTURE(std::string(every_optimizer_and_wrapper({fit.x, fit.y})[kind].name));
    fit.step();
    const auto after_first = places(*fit.optimizer);
    CHECK(after_first.contains("param_groups.0.lr") !=
          (after_first.contains("inner.param_groups.0.lr") || after_first.contains("optimizers.0.param_groups.0.lr")));
    for (int i = 2; i <= 30; ++i) {
      fit.step();
      CHECK(places(*fit.optimizer) == after_first);
    }
  }
}

TEST_CASE("a state dict is loaded into the tensors that are there, and continues bit for bit") {
  for (std::size_t kind = 0; kind < kinds(); ++kind) {
    const Fit saved(kind), loaded(kind);
    CAPTURE(std::string(every_optimizer_and_wrapper({saved.x, saved.y})[kind].name));
    for (int i = 0; i < 5; ++i) saved.step();
    for (int i = 0; i < 2; ++i) loaded.step();
    saved.optimizer->lr() = 0.03125;
    const auto before = places(*loaded.optimizer);
    StateDict wrong = saved.optimizer->state_dict();
    wrong["what"] = zeros(1);
    const StateDict own = loaded.optimizer->state_dict();
    StateDict values;
    for (const auto& [name, tensor] : own) values[name] = tensor.clone();
    CHECK(error_of([&] { loaded.optimizer->load_state_dict(wrong); }) != "");
    for (const auto& [name, tensor] : values) CHECK(equal(own.at(name), tensor));

    loaded.optimizer->load_state_dict(saved.optimizer->state_dict());
    {
      const NoGrad no_grad;
      loaded.x.copy_(saved.x);
      loaded.y.copy_(saved.y);
    }
    CHECK(places(*loaded.optimizer) == before);
    for (int i = 0; i < 5; ++i) {
      saved.step();
      loaded.step();
    }
    CHECK(equal(saved.x.detach(), loaded.x.detach()));
    CHECK(equal(saved.y.detach(), loaded.y.detach()));
    CHECK(places(*loaded.optimizer) == before);
  }
}

TEST_CASE("averages and modules are loaded into the tensors that are there") {
  const Tensor p = parameter({1.0, 2.0});
  StochasticWeightAveraging saved({p}), loaded({p});
  saved.update();
  p.detach().fill_(4);
  saved.update();
  const Tensor average = loaded.averages()[0];
  loaded.load_state_dict(saved.state_dict());
  CHECK(loaded.averages()[0].impl() == average.impl());
  CHECK(equal(average, tensor({2.5, 3.0})));
  CHECK(loaded.n_averaged() == 2);
  p.detach().fill_(1);
  loaded.update();
  CHECK(equal(average, tensor({2.5f + (1 - 2.5f) * (1.0f / 3), 3 - 2 * (1.0f / 3)})));

  nn::Linear from(2, 1), to(2, 1);
  const float* weight = to.weight.data<float>();
  to.load_state_dict(from.state_dict());
  CHECK(to.weight.data<float>() == weight);
  CHECK(equal(to.weight, from.weight));
}

TEST_CASE("what an option wants that is switched on later is there from that step on") {
  const Tensor x = parameter({1.0, -2.0}, float64), g = tensor({0.5, -0.25}, {.dtype = float64});
  x.set_grad(g);
  SGD sgd({x}, {.lr = 0.5, .dampening = 0.25});
  const auto buffer = [&] { return sgd.state_dict().at("state.0.momentum_buffer"); };
  sgd.step();
  CHECK(!sgd.state_dict().contains("state.0.momentum_buffer"));
  sgd.options().momentum = 0.5;
  sgd.step();
  const Tensor first = buffer();
  CHECK(equal(first, g));
  sgd.step();
  CHECK(buffer().impl() == first.impl());
  CHECK(equal(first, 0.5 * g + 0.75 * g));
  sgd.options().dampening = 0;
  sgd.step();
  CHECK(buffer().impl() == first.impl());
  CHECK(equal(first, 0.5 * 1.25 * g + g));
  CHECK(equal(x.detach(), tensor({1.0, -2.0}, {.dtype = float64}) - 0.5 * (1 + 1 + 1.25 + 1.625) * g));

  RMSprop rmsprop({x});
  rmsprop.step();
  rmsprop.options().momentum = 0.5;
  rmsprop.options().centered = true;
  rmsprop.step();
  CHECK(rmsprop.state_dict().contains("state.0.momentum_buffer"));
  CHECK(allclose(rmsprop.state_dict().at("state.0.grad_avg"), 0.01 * g));

  Adam adam({x});
  adam.step();
  adam.options().amsgrad = true;
  adam.step();
  CHECK(equal(adam.state_dict().at("state.0.max_exp_avg_sq"), adam.state_dict().at("state.0.exp_avg_sq")));

  SignSGD sign_sgd({x});
  sign_sgd.step();
  sign_sgd.options().momentum = 0.75;
  sign_sgd.step();
  CHECK(equal(sign_sgd.state_dict().at("state.0.momentum_buffer"), 0.25 * g));
}

TEST_CASE("PyTorch's state dict of SGD before the momentum began loads, and drops a buffer that is there") {
  const Tensor x = parameter({1.0});
  SGD optimizer({x}, {.momentum = 0.5});
  x.set_grad(ones(1));
  StateDict state = optimizer.state_dict();
  for (auto& entry : state) entry.second = entry.second.clone();
  optimizer.step();
  optimizer.step();
  CHECK(optimizer.state_dict().at("state.0.momentum_buffer").item() == 1.5);
  optimizer.load_state_dict(state);
  CHECK(!optimizer.state_dict().contains("state.0.momentum_buffer"));
  optimizer.step();
  CHECK(optimizer.state_dict().at("state.0.momentum_buffer").item() == 1);
}

TEST_CASE("a first gradient of -0 is kept as it is") {
  const Tensor x = parameter({-0.0});
  x.set_grad(tensor({-0.0}));
  SGD sgd({x}, {.momentum = 0.5});
  RMSprop rmsprop({x}, {.momentum = 0.5});
  sgd.step();
  rmsprop.step();
  CHECK(std::signbit(sgd.state_dict().at("state.0.momentum_buffer").item()));
  CHECK(std::signbit(rmsprop.state_dict().at("state.0.momentum_buffer").item()));
}

TEST_CASE("GradientAccumulation keeps its sums, and what had no gradient in a round has none in its step") {
  const Tensor x = parameter({1.0}), y = parameter({1.0});
  GradientAccumulation optimizer(SGD({x, y}, {.lr = 1, .momentum = 0.5}), {.k = 2});
  const auto places_of_sums = [&] {
    const StateDict state = optimizer.state_dict();
    return std::pair(state.at("state.0.sum").impl(), state.at("state.1.sum").impl());
  };
  const auto sums = places_of_sums();
  x.set_grad(ones(1));
  y.set_grad(ones(1));
  for (int i = 0; i < 2; ++i) optimizer.step();
  CHECK(x.item() == 0);
  y.set_grad({});
  optimizer.step();
  const StateDict middle = optimizer.state_dict();
  CHECK(middle.at("state.0.batches").item() == 1);
  CHECK(middle.at("state.1.batches").item() == 0);
  optimizer.step();
  CHECK(x.item() == -1.5);
  CHECK(y.item() == 0);
  y.set_grad(ones(1));
  optimizer.step();
  y.set_grad({});
  optimizer.step();
  CHECK(y.item() == -1);  // half a gradient, and half of its momentum
  CHECK(places_of_sums() == sums);
}
