#include "descent/optim/optimistic_gradient_descent.h"

#include "optim/optimistic.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<OptimisticGradientDescentOptions, OptimisticGradientDescentState>;

OptimisticGradientDescent::OptimisticGradientDescent(ParameterList parameters,
                                                     const OptimisticGradientDescentOptions& options)
    : OptimizerOf("OptimisticGradientDescent") {
  add_group(std::move(parameters), options);
}

void OptimisticGradientDescent::check(const OptimisticGradientDescentOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("alpha", o.alpha, 0);
  bounds.at_least("beta", o.beta, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

OptimisticGradientDescentState OptimisticGradientDescent::start(const Tensor&,
                                                                const OptimisticGradientDescentOptions&) const {
  return {};
}

void OptimisticGradientDescent::update(const Tensor& p, const Tensor& gradient, OptimisticGradientDescentState& s,
                                       const OptimisticGradientDescentOptions& o) const {
  const Tensor g = with_weight_decay(gradient, p, o.weight_decay);
  p.addcmul_(optimistic(g, s.previous, o), -o.lr);
}

}  // namespace descent::optim
