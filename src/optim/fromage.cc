#include "descent/optim/fromage.h"

#include "optim/norms.h"

namespace descent::optim {

template class OptimizerOf<FromageOptions, NoState>;

Fromage::Fromage(ParameterList parameters, const FromageOptions& options) : OptimizerOf("Fromage") {
  add_group(std::move(parameters), options);
}

void Fromage::check(const FromageOptions& o, const Bounds& bounds) const { bounds.at_least("lr", o.lr, 0); }

NoState Fromage::start(const Tensor&, const FromageOptions&) const { return {}; }

void Fromage::update(const Tensor& p, const Tensor& g, NoState&, const FromageOptions& o) const {
  p.addcmul_(g, -(o.lr * trust_ratio(norm(p), norm(g))));
  p.addcmul_(p, 1 / sqrt(1 + square(o.lr)) - 1);
}

}  // namespace descent::optim
