// Every optimizer, with options such that it keeps all that it can.
#pragma once

#include <iterator>
#include <memory>
#include <vector>

#include "descent/optim.h"

namespace descent {

struct NamedOptimizer {
  const char* name;
  std::unique_ptr<optim::Optimizer> optimizer;
};

template <class Optimizer>
NamedOptimizer with(const char* name, const std::vector<Tensor>& parameters,
                    const typename Optimizer::Options& options = {}) {
  return {name, std::make_unique<Optimizer>(parameters, options)};
}

/// In the order of the alphabet; they want step(closure). All but Muon, which is for matrices only.
inline std::vector<NamedOptimizer> every_optimizer(const std::vector<Tensor>& p) {
  using namespace optim;
  NamedOptimizer all[] = {
      with<AdaBelief>("AdaBelief", p, {.weight_decay = 0.1}),
      with<Adadelta>("Adadelta", p, {.weight_decay = 0.1}),
      with<Adafactor>("Adafactor", p, {.eps = {0.25, 0.5}, .weight_decay = 0.1}),
      with<Adagrad>("Adagrad", p, {.lr_decay = 0.1, .weight_decay = 0.1}),
      with<Adam>("Adam", p, {.weight_decay = 0.1, .amsgrad = true}),
      with<Adamax>("Adamax", p, {.weight_decay = 0.1}),
      with<AdamW>("AdamW", p),
      with<Adan>("Adan", p, {.weight_decay = 0.1}),
      with<AdEMAMix>("AdEMAMix", p, {.weight_decay = 0.1, .alpha_warmup = 4, .beta3_warmup = 5}),
      with<ADOPT>("ADOPT", p, {.weight_decay = 0.1}),
      with<ASGD>("ASGD", p, {.t0 = 2, .weight_decay = 0.1}),
      with<COCOB>("COCOB", p, {.weight_decay = 0.1}),
      with<DAdaptAdam>("DAdaptAdam", p, {.weight_decay = 0.1, .use_bias_correction = true}),
      with<DAdaptSGD>("DAdaptSGD", p, {.momentum = 0.9, .weight_decay = 0.1}),
      with<DoG>("DoG", p, {.weight_decay = 0.1}),
      with<DoWG>("DoWG", p, {.weight_decay = 0.1}),
      with<Fromage>("Fromage", p),
      with<Ftrl>("Ftrl", p, {.l1_regularization_strength = 0.01, .beta = 0.5}),
      with<LAMB>("LAMB", p, {.weight_decay = 0.1}),
      with<LARS>("LARS", p, {.weight_decay = 0.1, .nesterov = true}),
      with<LBFGS>("LBFGS", p, {.max_iter = 2, .line_search_fn = LineSearch::strong_wolfe}),
      with<Lion>("Lion", p, {.weight_decay = 0.1}),
      with<MADGRAD>("MADGRAD", p, {.weight_decay = 0.1}),
      with<MARS>("MARS", p, {.weight_decay = 0.1}),
      with<MoMo>("MoMo", p, {.weight_decay = 0.1, .lower_bound = -1, .adapt_lower_bound = true}),
      with<MoMoAdam>("MoMoAdam", p, {.weight_decay = 0.1, .lower_bound = -1, .adapt_lower_bound = true}),
      with<NAdam>("NAdam", p, {.weight_decay = 0.1, .decoupled_weight_decay = true}),
      with<NoisySGD>("NoisySGD", p, {.weight_decay = 0.1}),
      with<NovoGrad>("NovoGrad", p, {.weight_decay = 0.1}),
      with<OptimisticAdam>("OptimisticAdam", p, {.weight_decay = 0.1}),
      with<OptimisticGradientDescent>("OptimisticGradientDescent", p, {.weight_decay = 0.1}),
      with<PolyakSGD>("PolyakSGD", p, {.min_value = -1}),
      with<Prodigy>("Prodigy", p, {.weight_decay = 0.1, .use_bias_correction = true}),
      with<RAdam>("RAdam", p, {.weight_decay = 0.1, .maximize = true}),
      with<RMSprop>("RMSprop", p, {.weight_decay = 0.1, .momentum = 0.5, .centered = true}),
      with<Rprop>("Rprop", p),
      with<ScheduleFreeAdamW>("ScheduleFreeAdamW", p, {.weight_decay = 0.1, .warmup_steps = 4, .r = 1}),
      with<ScheduleFreeSGD>("ScheduleFreeSGD", p, {.weight_decay = 0.1, .warmup_steps = 4, .r = 1}),
      with<SGD>("SGD", p),
      with<SGD>("SGD with momentum", p, {.momentum = 0.9}),
      with<SGD>("SGD with Nesterov momentum", p,
                {.momentum = 0.9, .weight_decay = 0.1, .nesterov = true, .maximize = true}),
      with<Shampoo>("Shampoo", p, {.momentum = 0.9, .weight_decay = 0.1}),
      with<SignSGD>("SignSGD", p, {.momentum = 0.9, .weight_decay = 0.1}),
      with<SM3>("SM3", p),
      with<SOAP>("SOAP", p, {.precondition_frequency = 2, .precondition_1d = true}),
      with<SophiaH>("SophiaH", p),
      with<SparseAdam>("SparseAdam", p),
      with<Yogi>("Yogi", p, {.weight_decay = 0.1}),
  };
  return {std::make_move_iterator(std::begin(all)), std::make_move_iterator(std::end(all))};
}

}  // namespace descent
