#include "descent/optim/adamw.h"

#include "optim/adam_step.h"

namespace descent::optim {

template class OptimizerOf<AdamWOptions, AdamState>;

AdamW::AdamW(ParameterList parameters, const AdamWOptions& options) : OptimizerOf("AdamW") {
  add_group(std::move(parameters), options);
}

void AdamW::check(const AdamWOptions& o, const Bounds& bounds) const { adam_check(o, bounds); }

AdamState AdamW::start(const Tensor& p, const AdamWOptions& o) const { return adam_start(p, o); }

void AdamW::update(const Tensor& p, const Tensor& g, AdamState& s, const AdamWOptions& o) const {
  decay_weights(p, o.lr, o.weight_decay);
  adam_step(p, g, s, o);
}

}  // namespace descent::optim
