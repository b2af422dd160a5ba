#pragma once

#include <functional>

#include "optim/every_optimizer.h"

namespace descent {

/// How a tested optimizer is made, for two parameters.
struct OptimizerMaker {
  const char* name;
  std::function<std::unique_ptr<optim::Optimizer>(const std::vector<Tensor>& p)> make;
};

/// Of every optimizer that is not for matrices only, and every wrapper.
inline std::vector<OptimizerMaker> optimizer_and_wrapper_makers() {
  using namespace optim;
  using P = const std::vector<Tensor>&;
  std::vector<OptimizerMaker> all;
  for_each_optimizer([&]<class Optimizer>(const OptimizerRow<Optimizer>& row) {
    const auto make = [options = row.full_state](P p) { return std::make_unique<Optimizer>(p, options); };
    if (!row.matrices_only) all.push_back({row.name, make});
  });
  const auto add = [&](const char* name, auto make) {
    all.push_back({name, [make](P p) { return std::make_unique<decltype(make(p))>(make(p)); }});
  };
  add("SGD with dampening", [](P p) { return SGD(p, {.momentum = 0.9, .dampening = 0.25}); });
  add("SOAP with large dimensions", [](P p) { return SOAP(p, {.precondition_frequency = 3, .max_precond_dim = 1}); });
  add("Lookahead", [](P p) { return Lookahead(Adam(p), {.k = 3}); });
  add("SAM", [](P p) { return SAM(SGD(p, {.momentum = 0.5})); });
  add("GradientCentralization", [](P p) { return GradientCentralization(Adam(p)); });
  add("GradientAccumulation", [](P p) { return GradientAccumulation(SGD(p, {.momentum = 0.5}), {.k = 1}); });
  add("SkipNonFinite", [](P p) { return SkipNonFinite(Adam(p)); });
  add("Projected", [](P p) { return Projected(Adam(p), [](const Tensor& x) { return x; }); });
  add("Combined", [](P p) { return Combined(SGD({p[0]}, {.momentum = 0.5}), Adam({p[1]})); });
  return all;
}

inline std::vector<TestedOptimizer> every_optimizer_and_wrapper(const std::vector<Tensor>& p) {
  std::vector<TestedOptimizer> all;
  for (const OptimizerMaker& maker : optimizer_and_wrapper_makers()) all.push_back({maker.name, maker.make(p)});
  return all;
}

}  // namespace descent
