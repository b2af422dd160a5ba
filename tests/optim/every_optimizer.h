// The table of optimizers that the tests run through: a row each.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "descent/optim.h"

namespace descent {

/// How an optimizer is run on the problems of problems.h.
template <class Options>
struct ConvergenceSettings {
  Options options = {};                         // the learning rate is set on top
  std::optional<double> lr = std::nullopt;      // none: it is not
  std::map<std::string, double> other_lr = {};  // for the problems named
  /// Where the rule itself stops short: signs of constant length, noise.
  std::map<std::string, double> other_bound = {};
};

template <class Optimizer>
struct OptimizerRow {
  /// What tests/golden/ calls it, in the first row of a type.
  const char* name;
  /// Options such that it keeps all that it can.
  typename Optimizer::Options full_state = {};
  bool matrices_only = false;
  ConvergenceSettings<typename Optimizer::Options> convergence = {};
};

/// Of plain gradient descent, where 0.05 will not do.
inline const std::map<std::string, double> kDescentRates = {{"rosenbrock", 2e-3},       {"beale", 0.02},
                                                            {"himmelblau", 0.01},       {"rastrigin", 2e-3},
                                                            {"logistic_regression", 1}, {"network", 0.1}};

/// Calls `visit` with each row, in the order of the alphabet.
template <class Visitor>
void for_each_optimizer(Visitor&& visit) {
  visit(OptimizerRow<optim::AdaBelief>{
      .name = "AdaBelief", .full_state = {.weight_decay = 0.1}, .convergence = {.lr = 0.03}});
  visit(OptimizerRow<optim::Adadelta>{
      .name = "Adadelta",
      .full_state = {.weight_decay = 0.1},
      .convergence = {
          .options = {.eps = 1e-3},
          .lr = 0.03,
          .other_lr = {{"rosenbrock", 3e-3}, {"rastrigin", 3e-3}, {"logistic_regression", 0.3}, {"network", 0.1}}}});
  visit(OptimizerRow<optim::Adafactor>{
      .name = "Adafactor",
      .full_state = {.eps = {0.25, 0.5}, .weight_decay = 0.1},
      .convergence = {.lr = 0.01,
                      .other_lr = {{"sphere", 0.1}, {"rosenbrock", 3e-3}, {"beale", 3e-3}, {"rastrigin", 0.05}},
                      .other_bound = {{"logistic_regression", 1e-4}}}});
  visit(OptimizerRow<optim::Adagrad>{
      .name = "Adagrad", .full_state = {.lr_decay = 0.1, .weight_decay = 0.1}, .convergence = {.lr = 0.5}});
  visit(OptimizerRow<optim::Adam>{
      .name = "Adam", .full_state = {.weight_decay = 0.1, .amsgrad = true}, .convergence = {.lr = 0.05}});
  visit(
      OptimizerRow<optim::Adamax>{.name = "Adamax", .full_state = {.weight_decay = 0.1}, .convergence = {.lr = 0.05}});
  visit(OptimizerRow<optim::AdamW>{.name = "AdamW", .convergence = {.options = {.weight_decay = 0}, .lr = 0.05}});
  visit(OptimizerRow<optim::Adan>{.name = "Adan", .full_state = {.weight_decay = 0.1}, .convergence = {.lr = 0.003}});
  visit(
      OptimizerRow<optim::AdEMAMix>{.name = "AdEMAMix",
                                    .full_state = {.weight_decay = 0.1, .alpha_warmup = 4, .beta3_warmup = 5},
                                    .convergence = {.options = {.betas = {0.9, 0.999, 0.99}, .alpha = 2}, .lr = 0.03}});
  visit(OptimizerRow<optim::ADOPT>{.name = "ADOPT", .full_state = {.weight_decay = 0.1}, .convergence = {.lr = 1}});
  visit(OptimizerRow<optim::ASGD>{.name = "ASGD",
                                  .full_state = {.t0 = 2, .weight_decay = 0.1},
                                  .convergence = {.options = {.lambd = 0}, .lr = 0.05, .other_lr = kDescentRates}});
  visit(OptimizerRow<optim::COCOB>{
      .name = "COCOB",
      .full_state = {.weight_decay = 0.1},
      .convergence = {.options = {.alpha = 1}, .lr = 1, .other_bound = {{"rosenbrock", 0.07}}}});
  visit(OptimizerRow<optim::DAdaptAdam>{.name = "DAdaptAdam",
                                        .full_state = {.weight_decay = 0.1, .use_bias_correction = true},
                                        .convergence = {.lr = 0.1}});
  visit(OptimizerRow<optim::DAdaptSGD>{
      .name = "DAdaptSGD",
      .full_state = {.momentum = 0.9, .weight_decay = 0.1},
      .convergence = {
          .lr = 0.03, .other_lr = {{"rosenbrock", 0.3}, {"network", 0.1}}, .other_bound = {{"rosenbrock", 0.02}}}});
  visit(OptimizerRow<optim::DoG>{
      .name = "DoG",
      .full_state = {.weight_decay = 0.1},
      .convergence = {.options = {.reps_rel = 0.01}, .lr = 1, .other_bound = {{"rosenbrock", 0.007}}}});
  visit(OptimizerRow<optim::DoWG>{.name = "DoWG",
                                  .full_state = {.weight_decay = 0.1},
                                  .convergence = {.lr = 0.3, .other_bound = {{"rosenbrock", 0.006}}}});
  visit(OptimizerRow<optim::Fromage>{
      .name = "Fromage",
      .convergence = {
          .lr = 0.03,
          .other_lr = {{"rosenbrock", 0.003}, {"himmelblau", 0.001}, {"logistic_regression", 0.01}, {"network", 0.003}},
          .other_bound = {{"himmelblau", 0.0008}, {"logistic_regression", 0.0001}}}});
  visit(OptimizerRow<optim::Ftrl>{
      .name = "Ftrl", .full_state = {.l1_regularization_strength = 0.01, .beta = 0.5}, .convergence = {.lr = 0.5}});
  visit(OptimizerRow<optim::LAMB>{
      .name = "LAMB",
      .full_state = {.weight_decay = 0.1},
      .convergence = {.lr = 0.01,
                      .other_lr = {{"beale", 0.001}, {"himmelblau", 0.001}},
                      .other_bound = {{"himmelblau", 0.004}, {"logistic_regression", 5e-05}}}});
  visit(OptimizerRow<optim::LARS>{
      .name = "LARS",
      .full_state = {.weight_decay = 0.1, .nesterov = true},
      .convergence = {
          .lr = 1, .other_lr = {{"rosenbrock", 0.3}, {"himmelblau", 0.1}}, .other_bound = {{"himmelblau", 6e-06}}}});
  visit(OptimizerRow<optim::LBFGS>{
      .name = "LBFGS",
      .full_state = {.max_iter = 2, .line_search_fn = optim::LineSearch::strong_wolfe},
      .convergence = {.options = {.line_search_fn = optim::LineSearch::strong_wolfe}, .lr = 1}});
  visit(OptimizerRow<optim::Lion>{.name = "Lion",
                                  .full_state = {.weight_decay = 0.1},
                                  .convergence = {.lr = 0.001, .other_lr = {{"logistic_regression", 0.003}}}});
  visit(OptimizerRow<optim::MADGRAD>{
      .name = "MADGRAD", .full_state = {.weight_decay = 0.1}, .convergence = {.lr = 0.003}});
  visit(OptimizerRow<optim::MARS>{.name = "MARS", .full_state = {.weight_decay = 0.1}, .convergence = {.lr = 0.003}});
  visit(OptimizerRow<optim::MoMo>{.name = "MoMo",
                                  .full_state = {.weight_decay = 0.1, .lower_bound = -1, .adapt_lower_bound = true},
                                  .convergence = {.lr = 3}});
  visit(OptimizerRow<optim::MoMoAdam>{.name = "MoMoAdam",
                                      .full_state = {.weight_decay = 0.1, .lower_bound = -1, .adapt_lower_bound = true},
                                      .convergence = {.lr = 0.03}});
  visit(OptimizerRow<optim::Muon>{.name = "Muon", .matrices_only = true});
  visit(OptimizerRow<optim::NAdam>{.name = "NAdam",
                                   .full_state = {.weight_decay = 0.1, .decoupled_weight_decay = true},
                                   .convergence = {.lr = 0.01}});
  visit(OptimizerRow<optim::NoisySGD>{
      .name = "NoisySGD",
      .full_state = {.weight_decay = 0.1},
      .convergence = {
          .options = {.gamma = 2},
          .lr = 0.003,
          .other_lr = {{"rosenbrock", 0.001}, {"beale", 0.01}, {"logistic_regression", 0.1}, {"network", 0.1}},
          .other_bound = {{"rosenbrock", 0.03}}}});
  visit(OptimizerRow<optim::NovoGrad>{.name = "NovoGrad",
                                      .full_state = {.weight_decay = 0.1},
                                      .convergence = {.lr = 0.001,
                                                      .other_lr = {{"himmelblau", 0.003}},
                                                      .other_bound = {{"himmelblau", 7e-06}, {"rastrigin", 6e-05}}}});
  visit(OptimizerRow<optim::OptimisticAdam>{
      .name = "OptimisticAdam", .full_state = {.weight_decay = 0.1}, .convergence = {.lr = 0.03}});
  visit(OptimizerRow<optim::OptimisticGradientDescent>{
      .name = "OptimisticGradientDescent",
      .full_state = {.weight_decay = 0.1},
      .convergence = {.lr = 0.001,
                      .other_lr = {{"sphere", 0.003}, {"beale", 0.01}, {"logistic_regression", 0.1}, {"network", 0.03}},
                      .other_bound = {{"rosenbrock", 0.5}, {"network", 0.02}}}});
  visit(OptimizerRow<optim::PolyakSGD>{.name = "PolyakSGD", .full_state = {.min_value = -1}, .convergence = {.lr = 1}});
  visit(OptimizerRow<optim::Prodigy>{
      .name = "Prodigy", .full_state = {.weight_decay = 0.1, .use_bias_correction = true}, .convergence = {.lr = 0.3}});
  // Its first steps are those of plain descent with momentum.
  visit(OptimizerRow<optim::RAdam>{
      .name = "RAdam",
      .full_state = {.weight_decay = 0.1, .maximize = true},
      .convergence = {
          .lr = 0.05, .other_lr = {{"rosenbrock", 5e-3}, {"rastrigin", 5e-3}}, .other_bound = {{"rosenbrock", 0.05}}}});
  visit(OptimizerRow<optim::RMSprop>{.name = "RMSprop",
                                     .full_state = {.weight_decay = 0.1, .momentum = 0.5, .centered = true},
                                     .convergence = {.options = {.momentum = 0.9}, .lr = 3e-4}});
  visit(OptimizerRow<optim::Rprop>{.name = "Rprop", .convergence = {.lr = 0.01}});
  visit(OptimizerRow<optim::ScheduleFreeAdamW>{.name = "ScheduleFreeAdamW",
                                               .full_state = {.weight_decay = 0.1, .warmup_steps = 4, .r = 1},
                                               .convergence = {.lr = 0.1}});
  visit(OptimizerRow<optim::ScheduleFreeSGD>{
      .name = "ScheduleFreeSGD",
      .full_state = {.weight_decay = 0.1, .warmup_steps = 4, .r = 1},
      .convergence = {
          .lr = 0.03,
          .other_lr = {{"rosenbrock", 0.003}, {"rastrigin", 0.01}, {"logistic_regression", 1}, {"network", 0.3}}}});
  visit(OptimizerRow<optim::SGD>{.name = "SGD", .convergence = {.lr = 0.05, .other_lr = kDescentRates}});
  visit(OptimizerRow<optim::SGD>{
      .name = "SGD with momentum",
      .full_state = {.momentum = 0.9},
      .convergence = {
          .options = {.momentum = 0.9},
          .lr = 0.01,
          .other_lr = {{"rosenbrock", 1e-3}, {"rastrigin", 1e-3}, {"logistic_regression", 0.2}, {"network", 0.1}}}});
  visit(OptimizerRow<optim::SGD>{
      .name = "SGD with Nesterov momentum",
      .full_state = {.momentum = 0.9, .weight_decay = 0.1, .nesterov = true, .maximize = true}});
  visit(OptimizerRow<optim::Shampoo>{
      .name = "Shampoo", .full_state = {.momentum = 0.9, .weight_decay = 0.1}, .convergence = {.lr = 0.3}});
  visit(OptimizerRow<optim::SignSGD>{
      .name = "SignSGD",
      .full_state = {.momentum = 0.9, .weight_decay = 0.1},
      .convergence = {
          .lr = 0.001, .other_lr = {{"logistic_regression", 0.003}}, .other_bound = {{"rosenbrock", 0.2}}}});
  visit(OptimizerRow<optim::SM3>{.name = "SM3", .convergence = {.lr = 3}});
  visit(OptimizerRow<optim::SOAP>{
      .name = "SOAP",
      .full_state = {.precondition_frequency = 2, .precondition_1d = true},
      .convergence = {
          .options = {.weight_decay = 0, .precondition_1d = true}, .lr = 0.003, .other_lr = {{"rastrigin", 0.001}}}});
  visit(OptimizerRow<optim::SophiaH>{.name = "SophiaH", .convergence = {.options = {.weight_decay = 0}, .lr = 0.03}});
  visit(OptimizerRow<optim::SparseAdam>{.name = "SparseAdam", .convergence = {.lr = 0.05}});
  visit(OptimizerRow<optim::Yogi>{.name = "Yogi", .full_state = {.weight_decay = 0.1}, .convergence = {.lr = 0.1}});
}

struct TestedOptimizer {
  const char* name;
  std::unique_ptr<optim::Optimizer> optimizer;
};

/// One of each row that is not for matrices only; they want step(closure).
inline std::vector<TestedOptimizer> every_optimizer(const std::vector<Tensor>& parameters) {
  std::vector<TestedOptimizer> all;
  for_each_optimizer([&]<class Optimizer>(const OptimizerRow<Optimizer>& row) {
    if (!row.matrices_only) all.push_back({row.name, std::make_unique<Optimizer>(parameters, row.full_state)});
  });
  return all;
}

}  // namespace descent
