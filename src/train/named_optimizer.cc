#include "descent/train/named_optimizer.h"

#include <array>

#include "descent/optim.h"
#include "train/named_options.h"

namespace descent::train {

namespace {

using Groups = std::vector<DecayGroup>;

struct Entry : NamedOptimizer {
  std::unique_ptr<optim::Optimizer> (*make)(const Wish& wish, double lr, const Groups& groups);
};

constexpr std::string_view kReserved[] = {"lr", "weight_decay"};

constexpr auto kAsTheyAre = [](auto&) {};

/// Options as the class has them, but for what `change` does to them first.
template <class Optimizer, const auto& change = kAsTheyAre>
std::unique_ptr<optim::Optimizer> make(const Wish& wish, double lr, const Groups& groups) {
  typename Optimizer::Options options;
  change(options);
  set_options("optimizer", wish, options, kReserved);
  options.lr = lr;
  std::unique_ptr<Optimizer> optimizer;
  for (const DecayGroup& group : groups) {
    if (group.parameters.empty()) continue;
    if constexpr (requires { options.weight_decay; }) options.weight_decay = group.weight_decay;
    if (optimizer)
      optimizer->add_group(group.parameters, options);
    else
      optimizer = std::make_unique<Optimizer>(group.parameters, options);
  }
  return optimizer;
}

constexpr auto nesterov_momentum = [](optim::SGDOptions& options) {
  options.momentum = 0.9;
  options.nesterov = true;
};

// Left out: PolyakSGD and MoMo, which want all parameters in one group, SophiaH and the Schedule-Free ones, which want
// more of a training loop than steps.
constexpr Entry kOptimizers[] = {
    {{"adabelief", 0.003, true}, make<optim::AdaBelief>},
    {{"adagrad", 0.03}, make<optim::Adagrad>},
    {{"adam", 0.003}, make<optim::Adam>},
    {{"adamw", 0.003, true}, make<optim::AdamW>},
    {{"adan", 0.003, true}, make<optim::Adan>},
    {{"ademamix", 0.003, true}, make<optim::AdEMAMix>},
    {{"adopt", 0.003, true}, make<optim::ADOPT>},
    {{"cocob", 1}, make<optim::COCOB>},
    {{"dadapt_adam", 1}, make<optim::DAdaptAdam>},
    {{"dadapt_sgd", 1}, make<optim::DAdaptSGD>},
    {{"dog", 1}, make<optim::DoG>},
    {{"dowg", 1}, make<optim::DoWG>},
    {{"fromage", 0.03}, make<optim::Fromage>},
    {{"lamb", 0.03}, make<optim::LAMB>},
    {{"lars", 3}, make<optim::LARS>},
    {{"lion", 0.001}, make<optim::Lion>},
    {{"madgrad", 0.01}, make<optim::MADGRAD>},
    {{"mars", 0.003, true}, make<optim::MARS>},
    {{"noisy_sgd", 0.03}, make<optim::NoisySGD>},
    {{"novograd", 0.003}, make<optim::NovoGrad>},
    {{"optimistic_adam", 0.003, true}, make<optim::OptimisticAdam>},
    {{"optimistic_gradient_descent", 0.1}, make<optim::OptimisticGradientDescent>},
    {{"prodigy", 1}, make<optim::Prodigy>},
    {{"sgd", 0.03}, make<optim::SGD, nesterov_momentum>},
    {{"shampoo", 0.1}, make<optim::Shampoo>},
    {{"sign_sgd", 0.001}, make<optim::SignSGD>},
    {{"sm3", 0.1}, make<optim::SM3>},
    {{"soap", 0.003, true}, make<optim::SOAP>},
    {{"yogi", 0.01, true}, make<optim::Yogi>},
};

const Entry& find(const std::string& name) {
  return find_by_name("optimizer", name, std::span<const Entry>(kOptimizers));
}

}  // namespace

std::unique_ptr<optim::Optimizer> make_optimizer(std::string_view text, double lr, const Groups& groups) {
  const Wish wish = parse_wish("optimizer", text);
  return find(wish.name).make(wish, lr, groups);
}

const NamedOptimizer& find_optimizer(std::string_view text) { return find(parse_wish("optimizer", text).name); }

std::vector<std::string_view> optimizer_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : kOptimizers) names.push_back(entry.name);
  return names;
}

}  // namespace descent::train
