// Every optimizer on every problem of problems.h, with the settings of every_optimizer.h: within 2,000 steps, the
// objective is within the bound of the problem's smallest value.
#include <doctest/doctest.h>

#include <map>
#include <memory>

#include "descent/descent.h"
#include "optim/every_optimizer.h"
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
  std::map<std::string, double> other_lr = {};
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

// Around optimizers.
const std::map<std::string, Settings> kWrappers = {
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

std::map<std::string, Settings> every_setting() {
  std::map<std::string, Settings> settings = kWrappers;
  for_each_optimizer([&]<class Optimizer>(const OptimizerRow<Optimizer>& row) {
    const auto& [options, lr, other_lr, other_bound] = row.convergence;
    if (lr) settings.emplace(row.name, Settings{with<Optimizer>(options), *lr, other_lr, other_bound});
  });
  return settings;
}

double value_at(const std::map<std::string, double>& special, const std::string& name, double otherwise) {
  const auto found = special.find(name);
  return found == special.end() ? otherwise : found->second;
}

}  // namespace

TEST_CASE("every optimizer converges on every problem") {
  for (const auto& entry : every_setting()) {
    const Settings& settings = entry.second;
    CAPTURE(entry.first);
    for (const TestProblem& problem : problems::all()) {
      CAPTURE(problem.name);
      const auto optimizer = settings.make(problem.parameters, value_at(settings.other_lr, problem.name, settings.lr));
      manual_seed(0);
      auto* const sophia = dynamic_cast<optim::SophiaH*>(optimizer.get());
      for (int step = 0; step < kSteps; ++step) {
        if (sophia && step % 10 == 0) sophia->update_hessian(problem.objective());
        optimizer->step([&] {
          optimizer->zero_grad();
          const Tensor value = problem.objective();
          value.backward();
          return value;
        });
      }
      if (auto* const free = dynamic_cast<optim::ScheduleFreeAdamW*>(optimizer.get())) free->eval();
      if (auto* const free = dynamic_cast<optim::ScheduleFreeSGD*>(optimizer.get())) free->eval();
      const double value = problem.objective().item();
      CHECK(value >= problem.least - 1e-7);
      CHECK(value <= problem.least + value_at(settings.other_bound, problem.name, kBounds.at(problem.name)));
    }
  }
}
