#include "descent/optim/adam.h"

#include "optim/adam_step.h"

namespace descent::optim {

template class OptimizerOf<AdamOptions, AdamState>;

Adam::Adam(ParameterList parameters, const AdamOptions& options) : OptimizerOf("Adam") {
  add_group(std::move(parameters), options);
}

void Adam::check(const AdamOptions& o, const Bounds& bounds) const { adam_check(o, bounds); }

AdamState Adam::start(const Tensor& p, const AdamOptions& o) const { return adam_start(p, o); }

void Adam::update(const Tensor& p, const Tensor& g, AdamState& s, const AdamOptions& o) const {
  adam_step(p, with_weight_decay(g, p, o.weight_decay), s, o);
}

}  // namespace descent::optim
