// Every optimizer on every problem of problems.h, with the settings written here: within 2,000 steps, the objective is
// within the bound of the problem's smallest value.
#include <doctest/doctest.h>

#include <map>
#include <memory>

#include "descent/descent.h"
#include "optim/problems.h"

using namespace descent;

namespace {

constexpr int kSteps = 2000;

// How near the least value a problem must come, unless the settings of an optimizer say otherwise.
const std::map<std::string, double> kBounds = {
    {"sphere", 1e-6},    {"rosenbrock", 5e-3},          {"beale", 1e-3},   {"himmelblau", 1e-6},
    {"rastrigin", 1e-6}, {"logistic_regression", 1e-5}, {"network", 1e-2},
};

struct Settings {
  std::function<std::unique_ptr<optim::Optimizer>(const std::vector<Tensor>& parameters, double lr)> make;
  double lr;
  std::map<std::string, double> other_lr = {};  // for the problems named
  // Where the rule itself stops short: signs of constant length, noise.
  std::map<std::string, double> other_bound = {};
};

// With these options; the learning rate is set on top.
template <class Optimizer>
auto with(typename Optimizer::Options options = {}) {
  return [=](const std::vector<Tensor>& parameters, double lr) -> std::unique_ptr<optim::Optimizer> {
    auto own = options;
    own.lr = lr;
    return std::make_unique<Optimizer>(parameters, own);
  };
}

// A wrapper of that optimizer.
template <class Wrapper, class Optimizer, class... Arguments>
auto around(typename Optimizer::Options options, Arguments... arguments) {
  return [=](const std::vector<Tensor>& parameters, double lr) -> std::unique_ptr<optim::Optimizer> {
    return std::make_unique<Wrapper>(with<Optimizer>(options)(parameters, lr), arguments...);
  };
}

// In the order of the alphabet.
const std::map<std::string, Settings> kSettings = {
    {"Adagrad", {with<optim::Adagrad>(), 0.5}},
    {"Adam", {with<optim::Adam>(), 0.05}},
    {"AdamW", {with<optim::AdamW>({.weight_decay = 0}), 0.05}},
    {"SGD",
     {with<optim::SGD>(),
      0.05,
      {{"rosenbrock", 2e-3},
       {"beale", 0.02},
       {"himmelblau", 0.01},
       {"rastrigin", 2e-3},
       {"logistic_regression", 1},
       {"network", 0.2}}}},
    {"SGD with momentum",
     {with<optim::SGD>({.momentum = 0.9}),
      0.01,
      {{"rosenbrock", 1e-3}, {"rastrigin", 1e-3}, {"logistic_regression", 0.2}, {"network", 0.1}}}},

    // Around optimizers.
    {"GradientAccumulation of Adam",
     {around<optim::GradientAccumulation, optim::Adam>({}, optim::GradientAccumulationOptions{.k = 4}), 0.1}},
    {"GradientCentralization of Adam", {around<optim::GradientCentralization, optim::Adam>({}), 0.05}},
    {"Lookahead of Adam", {around<optim::Lookahead, optim::Adam>({}, optim::LookaheadOptions()), 0.1}},
    {"Projected of Adam",
     {around<optim::Projected, optim::Adam>({}, [](const Tensor& p) { return optim::project_box(p, -10, 10); }), 0.05}},
    // It walks about sharp minima.
    {"SAM of SGD with momentum",
     {around<optim::SAM, optim::SGD>({.momentum = 0.9}, optim::SAMOptions{.rho = 1e-3}),
      0.01,
      {{"rosenbrock", 1e-3}, {"rastrigin", 1e-3}, {"logistic_regression", 0.2}, {"network", 0.1}},
      {{"himmelblau", 1e-4}, {"rastrigin", 1e-4}}}},
    {"SkipNonFinite of Adam", {around<optim::SkipNonFinite, optim::Adam>({}, optim::SkipNonFiniteOptions()), 0.05}},
};

double value_at(const std::map<std::string, double>& special, const std::string& name, double otherwise) {
  const auto found = special.find(name);
  return found == special.end() ? otherwise : found->second;
}

}  // namespace

TEST_CASE("every optimizer converges on every problem") {
  for (const auto& entry : kSettings) {
    const Settings& settings = entry.second;
    CAPTURE(entry.first);
    for (const TestProblem& problem : problems::all()) {
      CAPTURE(problem.name);
      const auto optimizer = settings.make(problem.parameters, value_at(settings.other_lr, problem.name, settings.lr));
      for (int step = 0; step < kSteps; ++step) {
        optimizer->step([&] {
          optimizer->zero_grad();
          const Tensor value = problem.objective();
          value.backward();
          return value;
        });
      }
      const double value = problem.objective().item();
      CHECK(value >= problem.least - 1e-7);
      CHECK(value <= problem.least + value_at(settings.other_bound, problem.name, kBounds.at(problem.name)));
    }
  }
}
