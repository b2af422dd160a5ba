// What single optimizers do beside the steps that golden_test.cc compares.
#include <doctest/doctest.h>

#include <cmath>

#include "descent/descent.h"
#include "error_of.h"
#include "optim/parameter.h"
#include "optim/problems.h"

using namespace descent;
using namespace descent::optim;

namespace {

// Does a step with this gradient.
void step(Optimizer& optimizer, const Tensor& p, const Tensor& gradient) {
  p.set_grad(gradient.to(p.dtype()));
  optimizer.step();
}

}  // namespace

TEST_CASE("ASGD averages the parameters after step t0") {
  const Tensor x = parameter({1.0, -2.0}, float64);
  ASGD optimizer({x}, {.lr = 0.25, .lambd = 0, .t0 = 2});
  Tensor sum = zeros(2, {.dtype = float64});
  for (int t = 1; t <= 8; ++t) {
    step(optimizer, x, tensor({std::sin(t), std::cos(t)}));
    if (t > 3) sum = sum + x.detach();
    const Tensor average = optimizer.state_dict().at("state.0.ax");
    CHECK(allclose(average, t > 3 ? sum / (t - 3) : x.detach(), 1e-14));
  }
}

TEST_CASE("SparseAdam leaves rows alone that it does not see") {
  const Tensor table = parameter({{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}}, float64);
  SparseAdam optimizer({table}, {.lr = 0.5});
  step(optimizer, table, tensor({{1.0, 0.0}, {0.0, 0.0}, {-2.0, 1.0}}));
  const Tensor after_first = table.detach().clone(), average = optimizer.state_dict().at("state.0.exp_avg").clone();
  CHECK(equal(after_first[1], tensor({3.0, 4.0}, {.dtype = float64})));
  CHECK(after_first[0][0].item() != 1);
  CHECK(after_first[0][1].item() == 2);
  step(optimizer, table, tensor({{0.0, 0.0}, {1.0, 1.0}, {0.0, 0.0}}));
  CHECK(equal(table.detach()[0], after_first[0]));
  CHECK(equal(table.detach()[2], after_first[2]));
  CHECK(equal(optimizer.state_dict().at("state.0.exp_avg")[0], average[0]));
  // The second step of the table, though the first of this row: PyTorch's numbers.
  CHECK(
      table.detach()[1][0].item() ==
      doctest::Approx(3 - 0.5 * std::sqrt(1 - 0.999 * 0.999) / 0.19 * 0.1 / (std::sqrt(0.001) + 1e-8)).epsilon(1e-12));

  const Tensor vector = parameter({1.0, 2.0}, float64);
  SparseAdam of_vector({vector});
  step(of_vector, vector, tensor({1.0, 0.0}));
  CHECK(vector.detach()[0].item() != 1);
  CHECK(vector.detach()[1].item() == 2);
}

TEST_CASE("Adafactor keeps rows and columns of a matrix, and all of a vector") {
  const Tensor matrix = zeros({4, 3, 2}, {.requires_grad = true}), vector = zeros(5, {.requires_grad = true});
  Adafactor optimizer({matrix, vector});
  CHECK(optimizer.options().eps.first == std::nullopt);
  matrix.set_grad(ones({4, 3, 2}));
  vector.set_grad(ones(5));
  optimizer.step();
  const StateDict state = optimizer.state_dict();
  CHECK(!state.contains("param_groups.0.eps.0"));
  CHECK(state.at("param_groups.0.eps.1").item() == 1e-3);
  CHECK(state.at("state.0.row_var").sizes() == Dims{4, 3, 1});
  CHECK(state.at("state.0.col_var").sizes() == Dims{4, 1, 2});
  CHECK(!state.contains("state.0.variance"));
  CHECK(state.at("state.1.variance").sizes() == Dims{5});

  Adafactor loaded({zeros({4, 3, 2}, {.requires_grad = true}), zeros(5, {.requires_grad = true})},
                   {.eps = {0.5, 0.25}});
  loaded.load_state_dict(state);
  CHECK(loaded.options().eps.first == std::nullopt);
  CHECK(loaded.options().eps.second.value() == 1e-3);
}

TEST_CASE("Muon makes steps nearly orthogonal") {
  manual_seed(3);
  for (const Dims& shape : {Dims{4, 4}, Dims{3, 8}, Dims{8, 3}}) {
    const Tensor x = zeros(shape, {.dtype = float64, .requires_grad = true});
    Muon optimizer({x}, {.lr = 1});
    step(optimizer, x, randn(shape, {.dtype = float64}));
    const Tensor u = shape[0] > shape[1] ? x.detach().t() / std::sqrt(8.0 / 3) : x.detach();
    const Tensor near_identity = matmul(u, u.t());
    // The squares of singular values between 0.7 and 1.3, and what is left of the rest.
    CHECK(max(abs(near_identity - eye(near_identity.size(0), {.dtype = float64}))).item() < 0.7);
  }
}

TEST_CASE("Muon is for matrices") {
  const Tensor matrix = parameter({{1.0, 2.0}}, float64), vector = parameter({1.0, 2.0}, float64);
  CHECK(error_of([&] { Muon({matrix, vector}); }) == "Muon: parameter 1 of shape [2] is not a matrix");
  Muon optimizer({matrix});
  CHECK(error_of([&] { optimizer.add_group({vector}); }) == "Muon: parameter 0 of shape [2] is not a matrix");
  CHECK(optimizer.group_count() == 1);
}

TEST_CASE("Muon continues bit for bit from its state, and leaves gradients as they are") {
  const Tensor x = parameter({{1.0, 2.0}, {3.0, -1.0}}, float64), gradient = tensor({{0.5, -0.25}, {1.0, 2.0}});
  Muon optimizer({x}, {.adjust_lr_fn = MuonAdjustLr::match_rms_adamw});
  step(optimizer, x, gradient);
  CHECK(equal(x.grad(), gradient.to(float64)));
  const Tensor y = x.detach().clone().requires_grad_();
  Muon other({y});
  other.load_state_dict(optimizer.state_dict());
  CHECK(other.options().adjust_lr_fn == MuonAdjustLr::match_rms_adamw);
  step(optimizer, x, -2 * gradient);
  step(other, y, -2 * gradient);
  CHECK(equal(x.detach(), y.detach()));
}

TEST_CASE("Muon, with AdamW beside it, trains a network") {
  const TestProblem network = problems::network();
  const auto& p = network.parameters;
  Muon matrices({p[0], p[2]}, {.lr = 0.05, .weight_decay = 0});
  AdamW vectors({p[1], p[3]}, {.lr = 0.01, .weight_decay = 0});
  constexpr int kSteps = 1000;
  for (int i = 0; i < kSteps; ++i) {
    matrices.lr() = 0.05 * (kSteps - i) / kSteps;
    matrices.zero_grad();
    vectors.zero_grad();
    network.objective().backward();
    matrices.step();
    vectors.step();
  }
  CHECK(network.objective().item() < 1e-2);
}

TEST_CASE("FTRL sets weights to exactly 0") {
  const Tensor x = parameter({0.0, 0.0}, float64);
  Ftrl optimizer({x}, {.lr = 0.5, .l1_regularization_strength = 1});
  for (int i = 0; i < 20; ++i) step(optimizer, x, tensor({i % 2 ? 0.75 : -0.75, 0.5}));
  CHECK(x.detach()[0].item() == 0);
  CHECK(x.detach()[1].item() < -0.1);
}

TEST_CASE("LBFGS finds a minimum in one call") {
  const TestProblem rosenbrock = problems::rosenbrock();
  LBFGS optimizer(rosenbrock.parameters, {.max_iter = 100, .line_search_fn = LineSearch::strong_wolfe});
  int evaluations = 0;
  const Tensor loss = optimizer.step([&] {
    ++evaluations;
    optimizer.zero_grad();
    const Tensor value = rosenbrock.objective();
    value.backward();
    return value;
  });
  CHECK(loss.item() == 6.5);
  CHECK(!loss.requires_grad());
  CHECK(rosenbrock.objective().item() < 1e-12);
  CHECK(evaluations < 60);
  CHECK(optimizer.state_dict().at("param_groups.0.func_evals").item() == evaluations);
}

TEST_CASE("LBFGS wants a closure, and treats parameters without a gradient as constant") {
  const Tensor x = parameter({3.0}, float64), y = parameter({4.0}, float64);
  LBFGS optimizer({x, y});
  CHECK(error_of([&] { optimizer.step(); }) == "LBFGS: step() has no loss to go by; call step(closure)");
  optimizer.step([&] {
    optimizer.zero_grad();
    const Tensor loss = sum(square(x));
    loss.backward();
    return loss;
  });
  CHECK(std::abs(x.item()) < 1e-6);
  CHECK(y.item() == 4);
}

TEST_CASE("LBFGS continues bit for bit from its state") {
  const auto loss_of = [](const Tensor& x, const Tensor& y) {
    return sum(square(square(x) - tensor({1.0, 3.0}))) + sum(square(y * y - x));
  };
  for (const LineSearch search : {LineSearch::none, LineSearch::strong_wolfe}) {
    const LBFGSOptions options = {
        .lr = search == LineSearch::none ? 0.05 : 1, .max_iter = 2, .history_size = 3, .line_search_fn = search};
    const auto run = [&](LBFGS& optimizer, const Tensor& x, const Tensor& y) {
      optimizer.step([&] {
        optimizer.zero_grad();
        const Tensor loss = loss_of(x, y);
        loss.backward();
        return loss;
      });
    };
    const auto leaf = [](const Tensor& t) { return t.detach().clone().requires_grad_(); };
    const Tensor x = leaf(tensor({0.5, 2.0})), y = leaf(tensor({{0.25}}));
    LBFGS optimizer({x, y}, options);
    for (int before : {1, 3}) {
      for (int i = 0; i < before; ++i) run(optimizer, x, y);
      const Tensor u = leaf(x), v = leaf(y);
      LBFGS other({u, v});
      other.load_state_dict(optimizer.state_dict());
      CHECK(other.options().line_search_fn == search);
      for (int i = 0; i < 2; ++i) {
        run(optimizer, x, y);
        run(other, u, v);
      }
      CHECK(equal(x.detach(), u.detach()));
      CHECK(equal(y.detach(), v.detach()));
      CHECK(!equal(x.detach(), tensor({0.5, 2.0})));
    }
    CHECK(optimizer.state_dict().contains("state.1.old_dirs.2"));
    CHECK(!optimizer.state_dict().contains("state.1.old_dirs.3"));
  }
}

TEST_CASE("options of PyTorch's optimizers out of bounds are errors that name them") {
  const Tensor x = parameter({{1.0}}, float64);
  CHECK(error_of([&] { ASGD({x}, {.lambd = -1}); }) == "ASGD: lambd = -1 must be at least 0");
  CHECK(error_of([&] { Rprop({x}, {.etas = {0, 1.2}}); }) == "Rprop: etas[0] = 0 must be above 0");
  CHECK(error_of([&] { Rprop({x}, {.etas = {1, 1.2}}); }) == "Rprop: etas[0] = 1 must be at least 0 and below 1");
  CHECK(error_of([&] { Rprop({x}, {.etas = {0.5, 1}}); }) == "Rprop: etas[1] = 1 must be above 1");
  CHECK(error_of([&] { Rprop({x}, {.step_sizes = {2, 1}}); }) == "Rprop: step_sizes[1] = 1 must be at least 2");
  CHECK(error_of([&] { RMSprop({x}, {.alpha = 1.5}); }) == "RMSprop: alpha = 1.5 must be at least 0 and at most 1");
  CHECK(error_of([&] { RMSprop({x}, {.momentum = -1}); }) == "RMSprop: momentum = -1 must be at least 0");
  CHECK(error_of([&] { Adadelta({x}, {.rho = -1}); }) == "Adadelta: rho = -1 must be at least 0 and at most 1");
  CHECK(error_of([&] { Adamax({x}, {.betas = {0.9, 1}}); }) == "Adamax: betas[1] = 1 must be at least 0 and below 1");
  CHECK(error_of([&] { NAdam({x}, {.momentum_decay = -1}); }) == "NAdam: momentum_decay = -1 must be at least 0");
  CHECK(error_of([&] { RAdam({x}, {.weight_decay = -1}); }) == "RAdam: weight_decay = -1 must be at least 0");
  CHECK(error_of([&] { SparseAdam({x}, {.lr = 0}); }) == "SparseAdam: lr = 0 must be above 0");
  CHECK(error_of([&] { SparseAdam({x}, {.eps = 0}); }) == "SparseAdam: eps = 0 must be above 0");
  CHECK(error_of([&] { Adafactor({x}, {.beta2_decay = 1}); }) == "Adafactor: beta2_decay = 1 must be at most 0");
  CHECK(error_of([&] { Adafactor({x}, {.eps = {-1, 0}}); }) == "Adafactor: eps[0] = -1 must be at least 0");
  CHECK(error_of([&] { Adafactor({x}, {.eps = {std::nullopt, -1}}); }) == "Adafactor: eps[1] = -1 must be at least 0");
  CHECK(error_of([&] { Adafactor({x}, {.d = 0.5}); }) == "Adafactor: d = 0.5 must be at least 1");
  CHECK(error_of([&] { Muon({x}, {.ns_steps = 100}); }) == "Muon: ns_steps = 100 must be at least 0 and below 100");
  CHECK(error_of([&] { Ftrl({x}, {.lr = 0}); }) == "Ftrl: lr = 0 must be above 0");
  CHECK(error_of([&] { Ftrl({x}, {.learning_rate_power = 1}); }) == "Ftrl: learning_rate_power = 1 must be at most 0");
  CHECK(error_of([&] { LBFGS({x}, {.max_iter = 0}); }) == "LBFGS: max_iter = 0 must be at least 1");
  CHECK(error_of([&] { LBFGS({x}, {.max_eval = 0}); }) == "LBFGS: max_eval = 0 must be at least 1");
  CHECK(error_of([&] { LBFGS({x}, {.history_size = 0}); }) == "LBFGS: history_size = 0 must be at least 1");

  LBFGS optimizer({x});
  StateDict state = optimizer.state_dict();
  state["param_groups.0.line_search_fn"] = tensor(2);
  CHECK(error_of([&] { optimizer.load_state_dict(state); }) ==
        "LBFGS: line_search_fn = 2 must be at least 0 and at most 1");
}
