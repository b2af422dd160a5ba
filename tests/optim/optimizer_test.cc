#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "descent/descent.h"
#include "error_of.h"
#include "optim/every_optimizer.h"
#include "optim/parameter.h"

using namespace descent;

namespace {

std::string temporary_file() {
  return std::filesystem::temp_directory_path() / concat("descent-test-", getpid(), ".safetensors");
}

// An optimizer as the header of Optimizer shows how to write one.
struct OwnSignSGDOptions {
  optim::Scalar lr = 1e-3;
  bool maximize = false;
};

class OwnSignSGD final : public optim::OptimizerOf<OwnSignSGDOptions, optim::NoState> {
 public:
  explicit OwnSignSGD(optim::ParameterList parameters, const OwnSignSGDOptions& options = {})
      : OptimizerOf("OwnSignSGD") {
    add_group(std::move(parameters), options);
  }

 private:
  void check(const OwnSignSGDOptions& o, const optim::Bounds& bounds) const override { bounds.at_least("lr", o.lr, 0); }
  optim::NoState start(const Tensor&, const OwnSignSGDOptions&) const override { return {}; }
  void update(const Tensor& p, const Tensor& g, optim::NoState&, const OwnSignSGDOptions& o) const override {
    p.addcmul_(sign(g), -o.lr);
  }
};

}  // namespace

TEST_CASE("an optimizer of the user's own") {
  const Tensor x = parameter({1.0, -2.0});
  OwnSignSGD optimizer({x}, {.lr = 0.5});
  sum(x * x).backward();
  optimizer.step();
  CHECK(equal(x.detach(), tensor({0.5, -1.5})));
  CHECK(optimizer.state_dict().size() == 3);
  CHECK(error_of([&] { OwnSignSGD({x}, {.lr = -1}); }) == "OwnSignSGD: lr = -1 must be at least 0");
}

// A step along the normalised gradient of the whole group, which counts its steps.
struct NormalizedOptions {
  optim::Scalar lr = 1e-3;
};
struct NormalizedGroupState {
  Tensor step;
};

class Normalized final : public optim::OptimizerOf<NormalizedOptions, optim::NoState, NormalizedGroupState> {
 public:
  explicit Normalized(optim::ParameterList parameters, const NormalizedOptions& options = {})
      : OptimizerOf("Normalized") {
    add_group(std::move(parameters), options);
  }

 private:
  void check(const NormalizedOptions& o, const optim::Bounds& bounds) const override { bounds.above("lr", o.lr, 0); }
  optim::NoState start(const Tensor&, const NormalizedOptions&) const override { return {}; }
  NormalizedGroupState start_group(const NormalizedOptions&) const override { return {.step = optim::step_count()}; }
  void update_group(Group& group, const Tensor& loss) const override {
    group.state.step.add_(loss.defined() ? loss : Tensor(1));
    Tensor squares = 0;
    for_each(group, [&](const Tensor&, const Tensor& g, optim::NoState&) { squares = squares + sum(square(g)); });
    for_each(group, [&](const Tensor& p, const Tensor& g, optim::NoState&) {
      p.addcmul_(g / sqrt(squares), -group.options.lr);
    });
  }
};

TEST_CASE("an optimizer of the user's own that looks at a group as a whole") {
  const Tensor x = parameter({3.0}), y = parameter({4.0});
  Normalized optimizer({x, y}, {.lr = 0.5});
  const auto closure = [&] {
    optimizer.zero_grad();
    const Tensor loss = (sum(x * x) + sum(y * y)) / 2;
    loss.backward();
    return loss;
  };
  CHECK(optimizer.step(closure).item() == 12.5);
  CHECK(x.item() == doctest::Approx(2.7));
  CHECK(y.item() == doctest::Approx(3.6));
  optimizer.step();
  const StateDict state = optimizer.state_dict();
  CHECK(state.at("param_groups.0.step").item() == 13.5);

  const Tensor other = parameter({1.0}), another = parameter({1.0});
  Normalized loaded({other, another});
  loaded.load_state_dict(state);
  CHECK(loaded.lr().value() == 0.5);
  CHECK(loaded.momentum() == nullptr);
  CHECK(loaded.state_dict().at("param_groups.0.step").item() == 13.5);
}

TEST_CASE("a closure that returns no loss is an error") {
  const Tensor x = parameter({3.0, 4.0});
  optim::SGD optimizer({x});
  CHECK(error_of([&] { optimizer.step([&] { return Tensor(); }); }) ==
        "SGD: the closure must return the loss, a tensor of one element, not an undefined one");
  CHECK(error_of([&] { optimizer.step([&] { return x * 2; }); }) ==
        "SGD: the closure must return the loss, a tensor of one element, not one of shape [2]");
}

TEST_CASE("schedules reach the momentum of a group") {
  const Tensor x = parameter({3.0, 4.0});
  optim::SGD sgd({x}, {.momentum = 0.9});
  *sgd.momentum() = 0.5;
  CHECK(sgd.options().momentum.value() == 0.5);
  optim::Adam adam({x});
  CHECK(adam.momentum()->value() == 0.9);
}

// Three steps on a bowl that is turned over and climbed, and on one that is not.
template <class Optimizer>
void check_maximize(typename Optimizer::Options options) {
  std::vector<Tensor> ends;
  for (const bool maximize : {false, true}) {
    manual_seed(0);
    const Tensor x = tensor({{2.0, -1.0}, {0.5, 3.0}}, {.dtype = float64, .requires_grad = true});
    options.maximize = maximize;
    Optimizer optimizer({x}, options);
    for (int step = 0; step < 3; ++step) {
      optimizer.step([&] {
        optimizer.zero_grad();
        Tensor loss = (maximize ? -1 : 1) * sum(square(square(x) - 1));
        if constexpr (requires { optimizer.update_hessian(loss); }) optimizer.update_hessian(loss);
        loss.backward();
        return loss;
      });
    }
    ends.push_back(x.detach());
  }
  CHECK(!equal(ends[0], tensor({{2.0, -1.0}, {0.5, 3.0}}, {.dtype = float64})));
  CHECK(equal(ends[0], ends[1]));
}

TEST_CASE("to maximize is to minimize the negative, also by the loss and by curvature") {
  check_maximize<optim::PolyakSGD>({});
  check_maximize<optim::MoMo>({});
  check_maximize<optim::MoMoAdam>({});
  check_maximize<optim::Muon>({});
  check_maximize<optim::SophiaH>({});
  check_maximize<optim::LBFGS>({});
  check_maximize<optim::LBFGS>({.line_search_fn = optim::LineSearch::strong_wolfe});
}

TEST_CASE("options out of bounds are errors that name them") {
  const Tensor x = parameter({1.0});
  using namespace optim;
  CHECK(error_of([&] { SGD({x}, {.lr = -1}); }) == "SGD: lr = -1 must be at least 0");
  CHECK(error_of([&] { SGD({x}, {.lr = std::nan("")}); }) == "SGD: lr = nan must be at least 0");
  CHECK(error_of([&] { SGD({x}, {.momentum = -0.5}); }) == "SGD: momentum = -0.5 must be at least 0");
  CHECK(error_of([&] { SGD({x}, {.weight_decay = -0.5}); }) == "SGD: weight_decay = -0.5 must be at least 0");
  CHECK(error_of([&] { SGD({x}, {.momentum = 0.5, .dampening = 0.25, .nesterov = true}); }) ==
        "SGD: nesterov wants momentum above 0 and dampening 0, not 0.5 and 0.25");
  CHECK(error_of([&] { SGD({x}, {.nesterov = true}); }) ==
        "SGD: nesterov wants momentum above 0 and dampening 0, not 0 and 0");
  CHECK(error_of([&] { Adagrad({x}, {.lr_decay = -1}); }) == "Adagrad: lr_decay = -1 must be at least 0");
  CHECK(error_of([&] { Adagrad({x}, {.initial_accumulator_value = -1}); }) ==
        "Adagrad: initial_accumulator_value = -1 must be at least 0");
  CHECK(error_of([&] { Adagrad({x}, {.eps = -1}); }) == "Adagrad: eps = -1 must be at least 0");
  CHECK(error_of([&] { Adam({x}, {.betas = {1, 0.9}}); }) == "Adam: betas[0] = 1 must be at least 0 and below 1");
  CHECK(error_of([&] { AdamW({x}, {.betas = {0.9, -1}}); }) == "AdamW: betas[1] = -1 must be at least 0 and below 1");
  CHECK(error_of([&] { AdamW({x}, {.eps = -1}); }) == "AdamW: eps = -1 must be at least 0");
}

TEST_CASE("options of the others out of bounds are errors that name them") {
  const Tensor x = parameter({1.0});
  using namespace optim;
  CHECK(error_of([&] {
          AdEMAMix({x}, {.betas = {0.9, 0.9, 1}});
        }) == "AdEMAMix: betas[2] = 1 must be at least 0 and below 1");
  CHECK(error_of([&] { AdEMAMix({x}, {.alpha = -1}); }) == "AdEMAMix: alpha = -1 must be at least 0");
  CHECK(error_of([&] { AdEMAMix({x}, {.alpha_warmup = -1}); }) == "AdEMAMix: alpha_warmup = -1 must be at least 0");
  CHECK(error_of([&] {
          AdEMAMix({x}, {.betas = {0, 0.9, 0.9}, .beta3_warmup = 1});
        }) == "AdEMAMix: betas[0] = 0 must be above 0");
  CHECK(error_of([&] {
          Adan({x}, {.betas = {0.9, 0.9, -1}});
        }) == "Adan: betas[2] = -1 must be at least 0 and below 1");
  CHECK(error_of([&] { COCOB({x}, {.alpha = 0.5}); }) == "COCOB: alpha = 0.5 must be at least 1");
  CHECK(error_of([&] { DAdaptAdam({x}, {.d0 = 0}); }) == "DAdaptAdam: d0 = 0 must be above 0");
  CHECK(error_of([&] { DAdaptSGD({x}, {.momentum = 1}); }) == "DAdaptSGD: momentum = 1 must be at least 0 and below 1");
  CHECK(error_of([&] { DoG({x}, {.reps_rel = 0}); }) == "DoG: reps_rel = 0 must be above 0");
  CHECK(error_of([&] { DoWG({x}, {.eps = 0}); }) == "DoWG: eps = 0 must be above 0");
  CHECK(error_of([&] { LARS({x}, {.trust_coefficient = 0}); }) == "LARS: trust_coefficient = 0 must be above 0");
  CHECK(error_of([&] { Lion({x}, {.lr = -1}); }) == "Lion: lr = -1 must be at least 0");
  CHECK(error_of([&] { MADGRAD({x}, {.eps = -1}); }) == "MADGRAD: eps = -1 must be at least 0");
  CHECK(error_of([&] { MARS({x}, {.gamma = -1}); }) == "MARS: gamma = -1 must be at least 0");
  CHECK(error_of([&] { MoMo({x}, {.beta = 1}); }) == "MoMo: beta = 1 must be at least 0 and below 1");
  CHECK(error_of([&] { MoMoAdam({x}, {.eps = 0}); }) == "MoMoAdam: eps = 0 must be above 0");
  CHECK(error_of([&] { NoisySGD({x}, {.eta = -1}); }) == "NoisySGD: eta = -1 must be at least 0");
  CHECK(error_of([&] { OptimisticAdam({x}, {.beta = -1}); }) == "OptimisticAdam: beta = -1 must be at least 0");
  CHECK(error_of([&] { PolyakSGD({x}, {.max_step = -1}); }) == "PolyakSGD: max_step = -1 must be at least 0");
  CHECK(error_of([&] { Prodigy({x}, {.d_coef = 0}); }) == "Prodigy: d_coef = 0 must be above 0");
  CHECK(error_of([&] {
          ScheduleFreeAdamW({x}, {.betas = {0, 0.9}});
        }) == "ScheduleFreeAdamW: betas[0] = 0 must be above 0");
  CHECK(error_of([&] { ScheduleFreeSGD({x}, {.warmup_steps = -1}); }) ==
        "ScheduleFreeSGD: warmup_steps = -1 must be at least 0");
  CHECK(error_of([&] { Shampoo({x}, {.precondition_frequency = 0}); }) ==
        "Shampoo: precondition_frequency = 0 must be at least 1");
  CHECK(error_of([&] { SOAP({x}, {.max_precond_dim = -1}); }) == "SOAP: max_precond_dim = -1 must be at least 0");
  CHECK(error_of([&] { SophiaH({x}, {.gamma = -1}); }) == "SophiaH: gamma = -1 must be at least 0");
  CHECK(error_of([&] { Yogi({x}, {.initial_accumulator_value = -1}); }) ==
        "Yogi: initial_accumulator_value = -1 must be at least 0");
}

TEST_CASE("optimizers that go by the loss want a closure") {
  const Tensor x = parameter({1.0});
  x.set_grad(ones(1));
  for (const TestedOptimizer& entry : every_optimizer({x})) {
    CAPTURE(entry.name);
    const std::string name = entry.name;
    const bool wants_loss = name == "LBFGS" || name == "MoMo" || name == "MoMoAdam" || name == "PolyakSGD";
    CHECK(error_of([&] { entry.optimizer->step(); }) ==
          (wants_loss ? name + ": step() has no loss to go by; call step(closure)" : ""));
  }
}

TEST_CASE("parameters that cannot be optimised are errors") {
  const Tensor x = parameter({1.0});
  using optim::SGD;
  CHECK(error_of([&] { SGD(std::vector<Tensor>()); }) == "SGD: there are no parameters to optimise");
  CHECK(error_of([&] { SGD({x, Tensor()}); }) == "SGD: parameter 1 is undefined");
  CHECK(error_of([&] { SGD({tensor({1})}); }) == "SGD: parameter 0 is int64, not of a floating point type");
  CHECK(error_of([&] { SGD({x * 2}); }) ==
        "SGD: parameter 0 of shape [1] was made by mul; wanted a leaf, which gradients gather in");
  CHECK(error_of([&] { SGD({x, x}); }) == "SGD: parameter 1 of shape [1] is there twice");
  SGD optimizer({x});
  CHECK(error_of([&] { optimizer.add_group({x}); }) == "SGD: parameter 0 of shape [1] is there twice");
  CHECK(optimizer.group_count() == 1);
}

TEST_CASE("groups have options of their own, which may change between steps") {
  const Tensor x = parameter({1.0}), y = parameter({1.0});
  optim::SGD optimizer({x}, {.lr = 0.5});
  optimizer.add_group({y}, {.lr = 0.25});
  CHECK(optimizer.group_count() == 2);
  const auto step = [&] {
    optimizer.zero_grad();
    sum(x + y).backward();
    optimizer.step();
  };
  step();
  CHECK(x.item() == 0.5);
  CHECK(y.item() == 0.75);
  optimizer.lr(1) = 1;
  optimizer.options(0).weight_decay = 1;
  step();
  CHECK(x.item() == -0.25);
  CHECK(y.item() == -0.25);
  CHECK(optimizer.lr(1).value() == 1);
  CHECK(optimizer.lr().value() == 0.5);
}

TEST_CASE("parameters without a gradient are left alone") {
  const Tensor x = parameter({1.0}), y = parameter({1.0});
  for (const TestedOptimizer& entry : every_optimizer({x, y})) {
    CAPTURE(entry.name);
    const auto& optimizer = entry.optimizer;
    x.detach().fill_(1);
    const double before = x.item();
    for (int i = 0; i < 2; ++i) {
      optimizer->step([&] {
        optimizer->zero_grad();
        const Tensor loss = sum(x * x);
        loss.backward();
        return loss;
      });
    }
    CHECK(y.item() == 1);
    CHECK(x.item() != before);
    optimizer->zero_grad();
    CHECK(!x.grad().defined());
  }
}

TEST_CASE("gradients are read, never written") {
  const Tensor x = parameter({1.0, 2.0});
  for (const TestedOptimizer& entry : every_optimizer({x})) {
    CAPTURE(entry.name);
    x.set_grad(tensor({0.5, -0.25}));
    for (int i = 0; i < 3; ++i) entry.optimizer->step([&] { return sum(x * x); });
    CHECK(equal(x.grad(), tensor({0.5, -0.25})));
  }
}

TEST_CASE("a state dict continues bit for bit") {
  const auto step = [](optim::Optimizer& optimizer, const Tensor& x, const Tensor& y) {
    manual_seed(1);  // for the noise that some add
    optimizer.step([&] {
      optimizer.zero_grad();
      const Tensor loss = sum(square(x) * tensor({1.0, 3.0})) + sum(square(y - 1));
      loss.backward();
      return loss;
    });
  };
  for (std::size_t kind = 0; kind < every_optimizer({parameter({1.0})}).size(); ++kind) {
    const Tensor x = parameter({1.0, 2.0}), y = parameter({{0.5}});
    const TestedOptimizer entry = std::move(every_optimizer({x, y})[kind]);
    CAPTURE(entry.name);
    const auto& optimizer = entry.optimizer;
    optimizer->lr() = 0.0625;
    for (int i = 0; i < 3; ++i) step(*optimizer, x, y);

    const std::string path = temporary_file();
    save(path, optimizer->state_dict());
    const Tensor u = x.detach().clone().requires_grad_(), v = y.detach().clone().requires_grad_();
    const auto other = std::move(every_optimizer({u, v})[kind].optimizer);
    other->load_state_dict(load(path).tensors);
    std::remove(path.c_str());
    CHECK(other->lr().value() == 0.0625);
    for (int i = 0; i < 3; ++i) {
      step(*optimizer, x, y);
      step(*other, u, v);
    }
    CHECK(equal(x.detach(), u.detach()));
    CHECK(equal(y.detach(), v.detach()));
  }
}

TEST_CASE("a loaded state is the optimizer's own") {
  const Tensor x = parameter({1.0}), y = parameter({1.0});
  optim::SGD from({x}, {.momentum = 0.5}), to({y});
  x.set_grad(ones(1));
  y.set_grad(ones(1));
  from.step();
  to.load_state_dict(from.state_dict());
  from.step();
  CHECK(from.state_dict().at("state.0.momentum_buffer").item() == 1.5);
  CHECK(to.state_dict().at("state.0.momentum_buffer").item() == 1);
}

TEST_CASE("a state dict holds options and state under PyTorch's names") {
  const Tensor x = parameter({1.0, 2.0});
  optim::Adam optimizer({x}, {.betas = {0.5, 0.75}});
  CHECK(!optimizer.state_dict().contains("state.0.exp_avg"));
  x.set_grad(ones(2));
  optimizer.step();
  const StateDict state = optimizer.state_dict();
  CHECK(equal(state.at("param_groups.0.params"), tensor({0})));
  CHECK(state.at("param_groups.0.lr").item() == 1e-3);
  CHECK(state.at("param_groups.0.betas.1").item() == 0.75);
  CHECK(state.at("param_groups.0.amsgrad").item<bool>() == false);
  CHECK(state.at("state.0.step").item() == 1);
  CHECK(equal(state.at("state.0.exp_avg"), tensor({0.5, 0.5})));
  CHECK(!state.contains("state.0.max_exp_avg_sq"));
}

TEST_CASE("a state dict that does not fit is an error that says how, and changes nothing") {
  const Tensor x = parameter({1.0, 2.0});
  optim::Adam optimizer({x});
  x.set_grad(ones(2));
  optimizer.step();
  StateDict state = optimizer.state_dict();
  state.erase("param_groups.0.eps");
  state["param_groups.0.lr"] = tensor(0.5);
  state["state.0.exp_avg"] = zeros(3);
  state["state.1.step"] = tensor(1.0);
  CHECK(error_of([&] { optimizer.load_state_dict(state); }) ==
        "Adam: load_state_dict: missing param_groups.0.eps; state.0.exp_avg of [3] where [2] is wanted; "
        "unexpected state.1.step");
  CHECK(optimizer.lr().value() == 1e-3);
  state = optimizer.state_dict();
  state["param_groups.0.lr"] = tensor(-1.0);
  CHECK(error_of([&] { optimizer.load_state_dict(state); }) == "Adam: lr = -1 must be at least 0");
  CHECK(optimizer.lr().value() == 1e-3);
}
