#include "descent/optim/optimistic_adam.h"

#include "optim/adam_direction.h"
#include "optim/optimistic.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<OptimisticAdamOptions, OptimisticAdamState>;

OptimisticAdam::OptimisticAdam(ParameterList parameters, const OptimisticAdamOptions& options)
    : OptimizerOf("OptimisticAdam") {
  add_group(std::move(parameters), options);
}

void OptimisticAdam::check(const OptimisticAdamOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("betas[0]", o.betas[0], 0, 1);
  bounds.within("betas[1]", o.betas[1], 0, 1);
  bounds.at_least("eps", o.eps, 0);
  bounds.at_least("alpha", o.alpha, 0);
  bounds.at_least("beta", o.beta, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

OptimisticAdamState OptimisticAdam::start(const Tensor& p, const OptimisticAdamOptions&) const {
  return {.step = step_count(), .exp_avg = zeros_like(p), .exp_avg_sq = zeros_like(p), .previous = {}};
}

void OptimisticAdam::update(const Tensor& p, const Tensor& g, OptimisticAdamState& s,
                            const OptimisticAdamOptions& o) const {
  decay_weights(p, o.lr, o.weight_decay);
  p.addcmul_(optimistic(adam_direction(g, s, o), s.previous, o), -o.lr);
}

}  // namespace descent::optim
