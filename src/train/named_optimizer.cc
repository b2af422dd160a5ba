#include "descent/train/named_optimizer.h"

#include <algorithm>

#include "descent/optim.h"
#include "train/named_options.h"

namespace descent::train {

namespace {

using Groups = std::vector<DecayGroup>;

struct OptimizerEntry : NamedOptimizer {
  std::unique_ptr<optim::Optimizer> (*make)(const Wish& wish, double lr, const Groups& groups);
};

constexpr std::string_view kSetByTheFit[] = {"lr", "weight_decay"};

constexpr auto kAsTheyAre = [](auto&) {};

/// Options as the class has them, but for what `change` does to them first.
template <class Optimizer, const auto& change = kAsTheyAre>
std::unique_ptr<optim::Optimizer> make_optimizer(const Wish& wish, double lr, const Groups& groups) {
  typename Optimizer::Options options;
  change(options);
  set_options("optimizer", wish, options_of(options), kSetByTheFit);
  options.lr = lr;
  std::unique_ptr<Optimizer> optimizer;
  for (const DecayGroup& group : groups) {
    if (group.parameters.empty()) continue;
    if constexpr (requires { options.weight_decay; }) options.weight_decay = group.weight_decay;
    if (!optimizer) {
      optimizer = std::make_unique<Optimizer>(group.parameters, options);
    } else if constexpr (requires { optimizer->add_group(group.parameters, options); }) {
      optimizer->add_group(group.parameters, options);
    }
  }
  return optimizer;
}

/// For rules that step by the loss, or take no more: one group, with the strongest weight decay.
template <class Optimizer, const auto& change = kAsTheyAre>
std::unique_ptr<optim::Optimizer> make_in_one_group(const Wish& wish, double lr, const Groups& groups) {
  DecayGroup all;
  for (const DecayGroup& group : groups) {
    all.parameters.insert(all.parameters.end(), group.parameters.begin(), group.parameters.end());
    all.weight_decay = std::max(all.weight_decay, group.weight_decay);
  }
  return make_optimizer<Optimizer, change>(wish, lr, {all});
}

/// Muon for matrices, and for the rest AdamW, which wants a smaller rate.
std::unique_ptr<optim::Optimizer> make_muon(const Wish& wish, double lr, const Groups& groups) {
  Groups matrices, others;
  for (const DecayGroup& group : groups) {
    matrices.push_back({.weight_decay = group.weight_decay});
    others.push_back({.weight_decay = group.weight_decay});
    for (const Tensor& p : group.parameters) (p.dim() == 2 ? matrices : others).back().parameters.push_back(p);
  }
  std::unique_ptr<optim::Optimizer> muon = make_optimizer<optim::Muon>(wish, lr, matrices);
  std::unique_ptr<optim::Optimizer> adamw = make_optimizer<optim::AdamW>({"adamw"}, lr / 5, others);
  if (!muon || !adamw) return muon ? std::move(muon) : std::move(adamw);
  return std::make_unique<optim::Combined>(std::move(muon), std::move(adamw));
}

constexpr auto kMomentum = [](auto& options) { options.momentum = 0.9; };
constexpr auto kNesterov = [](auto& options) {
  options.momentum = 0.9;
  options.nesterov = true;
};
// Roots of matrices are dear: a few hundred in a training will do.
constexpr auto kSeldom = [](auto& options) {
  options.momentum = 0.9;
  options.precondition_frequency = 20;
};
// Without a line search it seldom gets anywhere.
constexpr auto kStrongWolfe = [](auto& options) { options.line_search_fn = optim::LineSearch::strong_wolfe; };

// In the order of the alphabet: name, rate, decoupled weight decay, all rows at once, schedule. Left out: SparseAdam,
// for tables have no embeddings, and SophiaH, which wants more than a loss.
constexpr OptimizerEntry kOptimizers[] = {
    {{"adabelief", 0.003, true}, make_optimizer<optim::AdaBelief>},
    {{"adadelta", 1}, make_optimizer<optim::Adadelta>},
    {{"adafactor", 0.03, true}, make_optimizer<optim::Adafactor>},
    {{"adagrad", 0.03}, make_optimizer<optim::Adagrad>},
    {{"adam", 0.003}, make_optimizer<optim::Adam>},
    {{"adamax", 0.005}, make_optimizer<optim::Adamax>},
    {{"adamw", 0.003, true}, make_optimizer<optim::AdamW>},
    {{"adan", 0.003, true}, make_optimizer<optim::Adan>},
    {{"ademamix", 0.003, true}, make_optimizer<optim::AdEMAMix>},
    {{"adopt", 0.003, true}, make_optimizer<optim::ADOPT>},
    {{"asgd", 0.1}, make_optimizer<optim::ASGD>},
    {{"cocob", 1}, make_optimizer<optim::COCOB>},
    {{"dadapt_adam", 1}, make_optimizer<optim::DAdaptAdam>},
    {{"dadapt_sgd", 0.5}, make_optimizer<optim::DAdaptSGD>},
    {{"dog", 1}, make_optimizer<optim::DoG>},
    {{"dowg", 1}, make_optimizer<optim::DoWG>},
    {{"fromage", 0.03}, make_optimizer<optim::Fromage>},
    {{"ftrl", 0.1, false, false, "constant"}, make_optimizer<optim::Ftrl>},
    {{"lamb", 0.03}, make_optimizer<optim::LAMB>},
    {{"lars", 3}, make_optimizer<optim::LARS>},
    {{"lbfgs", 1, false, true, "constant"}, make_in_one_group<optim::LBFGS, kStrongWolfe>},
    {{"lion", 0.001}, make_optimizer<optim::Lion>},
    {{"madgrad", 0.01}, make_optimizer<optim::MADGRAD>},
    {{"mars", 0.003, true}, make_optimizer<optim::MARS>},
    {{"momo", 1}, make_in_one_group<optim::MoMo>},
    {{"momo_adam", 0.01}, make_in_one_group<optim::MoMoAdam>},
    {{"muon", 0.02, true}, make_muon},
    {{"nadam", 0.003}, make_optimizer<optim::NAdam>},
    {{"noisy_sgd", 0.03}, make_optimizer<optim::NoisySGD>},
    {{"novograd", 0.003}, make_optimizer<optim::NovoGrad>},
    {{"optimistic_adam", 0.003, true}, make_optimizer<optim::OptimisticAdam>},
    {{"optimistic_gradient_descent", 0.03}, make_optimizer<optim::OptimisticGradientDescent>},
    {{"polyak_sgd", 1}, make_in_one_group<optim::PolyakSGD>},
    {{"prodigy", 1}, make_optimizer<optim::Prodigy>},
    {{"radam", 0.003}, make_optimizer<optim::RAdam>},
    {{"rmsprop", 0.001}, make_optimizer<optim::RMSprop>},
    {{"rprop", 0.001, false, true, "constant"}, make_optimizer<optim::Rprop>},
    {{"schedule_free_adamw", 0.005, false, false, "constant"}, make_optimizer<optim::ScheduleFreeAdamW>},
    {{"schedule_free_sgd", 0.3, false, false, "constant"}, make_optimizer<optim::ScheduleFreeSGD>},
    {{"sgd", 0.03}, make_optimizer<optim::SGD, kNesterov>},
    {{"shampoo", 0.03}, make_optimizer<optim::Shampoo, kSeldom>},
    {{"sign_sgd", 0.001}, make_optimizer<optim::SignSGD, kMomentum>},
    {{"sm3", 0.1}, make_optimizer<optim::SM3>},
    {{"soap", 0.003, true}, make_optimizer<optim::SOAP>},
    {{"yogi", 0.01, true}, make_optimizer<optim::Yogi>},
};

const OptimizerEntry& find(const std::string& name) {
  return find_by_name("optimizer", name, std::span<const OptimizerEntry>(kOptimizers));
}

}  // namespace

std::unique_ptr<optim::Optimizer> make_optimizer(std::string_view text, double lr, const Groups& groups) {
  const Wish wish = parse_wish("optimizer", text);
  return find(wish.name).make(wish, lr, groups);
}

const NamedOptimizer& find_optimizer(std::string_view text) { return find(parse_wish("optimizer", text).name); }

std::vector<std::string_view> optimizer_names() {
  std::vector<std::string_view> names;
  for (const OptimizerEntry& entry : kOptimizers) names.push_back(entry.name);
  return names;
}

}  // namespace descent::train
