#pragma once

#include "optim/every_optimizer.h"

namespace descent {

/// Every optimizer, and every wrapper, for two parameters.
inline std::vector<TestedOptimizer> every_optimizer_and_wrapper(const std::vector<Tensor>& p) {
  using namespace optim;
  std::vector<TestedOptimizer> all = every_optimizer(p);
  all.push_back({"SGD with dampening", std::make_unique<SGD>(p, SGDOptions{.momentum = 0.9, .dampening = 0.25})});
  all.push_back({"SOAP with large dimensions",
                 std::make_unique<SOAP>(p, SOAPOptions{.precondition_frequency = 3, .max_precond_dim = 1})});
  all.push_back({"Lookahead", std::make_unique<Lookahead>(Adam(p), LookaheadOptions{.k = 3})});
  all.push_back({"SAM", std::make_unique<SAM>(SGD(p, {.momentum = 0.5}))});
  all.push_back({"GradientCentralization", std::make_unique<GradientCentralization>(Adam(p))});
  all.push_back({"GradientAccumulation", std::make_unique<GradientAccumulation>(SGD(p, {.momentum = 0.5}),
                                                                                GradientAccumulationOptions{.k = 1})});
  all.push_back({"SkipNonFinite", std::make_unique<SkipNonFinite>(Adam(p))});
  all.push_back({"Projected", std::make_unique<Projected>(Adam(p), [](const Tensor& x) { return x; })});
  all.push_back({"Combined", std::make_unique<Combined>(SGD({p[0]}, {.momentum = 0.5}), Adam({p[1]}))});
  return all;
}

}  // namespace descent
