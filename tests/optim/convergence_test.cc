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

// Of plain gradient descent, where 0.05 will not do.
const std::map<std::string, double> kDescentRates = {{"rosenbrock", 2e-3},       {"beale", 0.02},
                                                     {"himmelblau", 0.01},       {"rastrigin", 2e-3},
                                                     {"logistic_regression", 1}, {"network", 0.2}};

// In the order of the alphabet.
const std::map<std::string, Settings> kSettings = {
    {"AdaBelief", {with<optim::AdaBelief>(), 0.03}},
    {"Adadelta",
     {with<optim::Adadelta>({.eps = 1e-3}),
      0.03,
      {{"rosenbrock", 3e-3}, {"rastrigin", 3e-3}, {"logistic_regression", 0.3}, {"network", 0.1}}}},
    {"Adafactor",
     {with<optim::Adafactor>(),
      0.01,
      {{"sphere", 0.1}, {"rosenbrock", 3e-3}, {"beale", 3e-3}, {"rastrigin", 0.05}},
      {{"logistic_regression", 1e-4}}}},
    {"Adagrad", {with<optim::Adagrad>(), 0.5}},
    {"Adam", {with<optim::Adam>(), 0.05}},
    {"Adamax", {with<optim::Adamax>(), 0.05}},
    {"AdamW", {with<optim::AdamW>({.weight_decay = 0}), 0.05}},
    {"Adan", {with<optim::Adan>(), 0.003}},
    {"AdEMAMix", {with<optim::AdEMAMix>({.betas = {0.9, 0.999, 0.99}, .alpha = 2}), 0.03}},
    {"ADOPT", {with<optim::ADOPT>(), 1}},
    {"ASGD", {with<optim::ASGD>({.lambd = 0}), 0.05, kDescentRates}},
    {"COCOB", {with<optim::COCOB>({.alpha = 1}), 1, {}, {{"rosenbrock", 0.07}}}},
    {"DAdaptAdam", {with<optim::DAdaptAdam>(), 0.1}},
    {"DAdaptSGD", {with<optim::DAdaptSGD>(), 0.03, {{"rosenbrock", 0.3}, {"network", 0.1}}, {{"rosenbrock", 0.02}}}},
    {"DoG", {with<optim::DoG>({.reps_rel = 0.01}), 1, {}, {{"rosenbrock", 0.007}}}},
    {"DoWG", {with<optim::DoWG>(), 0.3, {}, {{"rosenbrock", 0.006}}}},
    {"Fromage",
     {with<optim::Fromage>(),
      0.03,
      {{"rosenbrock", 0.003}, {"himmelblau", 0.001}, {"logistic_regression", 0.01}, {"network", 0.003}},
      {{"himmelblau", 0.0008}, {"logistic_regression", 0.0001}}}},
    {"Ftrl", {with<optim::Ftrl>(), 0.5}},
    {"LAMB",
     {with<optim::LAMB>(),
      0.01,
      {{"beale", 0.001}, {"himmelblau", 0.001}},
      {{"himmelblau", 0.004}, {"logistic_regression", 5e-05}}}},
    {"LARS", {with<optim::LARS>(), 1, {{"rosenbrock", 0.3}, {"himmelblau", 0.1}}, {{"himmelblau", 6e-06}}}},
    {"LBFGS", {with<optim::LBFGS>({.line_search_fn = optim::LineSearch::strong_wolfe}), 1}},
    {"Lion", {with<optim::Lion>(), 0.001, {{"logistic_regression", 0.003}}}},
    {"MADGRAD", {with<optim::MADGRAD>(), 0.003}},
    {"MARS", {with<optim::MARS>(), 0.003}},
    {"MoMo", {with<optim::MoMo>(), 3}},
    {"MoMoAdam", {with<optim::MoMoAdam>(), 0.03}},
    {"NAdam", {with<optim::NAdam>(), 0.01}},
    {"NoisySGD",
     {with<optim::NoisySGD>({.gamma = 2}),
      0.003,
      {{"rosenbrock", 0.001}, {"beale", 0.01}, {"logistic_regression", 0.1}, {"network", 0.1}},
      {{"rosenbrock", 0.03}}}},
    {"NovoGrad",
     {with<optim::NovoGrad>(), 0.001, {{"himmelblau", 0.003}}, {{"himmelblau", 7e-06}, {"rastrigin", 6e-05}}}},
    {"OptimisticAdam", {with<optim::OptimisticAdam>(), 0.03}},
    {"OptimisticGradientDescent",
     {with<optim::OptimisticGradientDescent>(),
      0.001,
      {{"sphere", 0.003}, {"beale", 0.01}, {"logistic_regression", 0.1}, {"network", 0.03}},
      {{"rosenbrock", 0.5}, {"network", 0.02}}}},
    {"PolyakSGD", {with<optim::PolyakSGD>(), 1}},
    {"Prodigy", {with<optim::Prodigy>(), 0.3}},
    // Its first steps are those of plain descent with momentum.
    {"RAdam", {with<optim::RAdam>(), 0.05, {{"rosenbrock", 5e-3}, {"rastrigin", 5e-3}}, {{"rosenbrock", 0.05}}}},
    {"RMSprop with momentum", {with<optim::RMSprop>({.momentum = 0.9}), 3e-4}},
    {"Rprop", {with<optim::Rprop>(), 0.01}},
    {"ScheduleFreeAdamW", {with<optim::ScheduleFreeAdamW>(), 0.1}},
    {"ScheduleFreeSGD",
     {with<optim::ScheduleFreeSGD>(),
      0.03,
      {{"rosenbrock", 0.003}, {"rastrigin", 0.01}, {"logistic_regression", 1}, {"network", 0.3}}}},
    {"SGD", {with<optim::SGD>(), 0.05, kDescentRates}},
    {"SGD with momentum",
     {with<optim::SGD>({.momentum = 0.9}),
      0.01,
      {{"rosenbrock", 1e-3}, {"rastrigin", 1e-3}, {"logistic_regression", 0.2}, {"network", 0.1}}}},
    {"Shampoo", {with<optim::Shampoo>(), 0.3}},
    {"SignSGD", {with<optim::SignSGD>(), 0.001, {{"logistic_regression", 0.003}}, {{"rosenbrock", 0.2}}}},
    {"SM3", {with<optim::SM3>(), 3}},
    {"SOAP", {with<optim::SOAP>({.weight_decay = 0, .precondition_1d = true}), 0.003, {{"rastrigin", 0.001}}}},
    {"SophiaH", {with<optim::SophiaH>({.weight_decay = 0}), 0.03}},
    {"SparseAdam", {with<optim::SparseAdam>(), 0.05}},
    {"Yogi", {with<optim::Yogi>(), 0.1}},

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
