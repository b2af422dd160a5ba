#include "descent/optim/lamb.h"

#include "optim/adam_direction.h"
#include "optim/adam_step.h"
#include "optim/norms.h"

namespace descent::optim {

template class OptimizerOf<LAMBOptions, LAMBState>;

LAMB::LAMB(ParameterList parameters, const LAMBOptions& options) : OptimizerOf("LAMB") {
  add_group(std::move(parameters), options);
}

void LAMB::check(const LAMBOptions& o, const Bounds& bounds) const { adam_check(o, bounds); }

LAMBState LAMB::start(const Tensor& p, const LAMBOptions&) const {
  return {.step = step_count(), .exp_avg = zeros_like(p), .exp_avg_sq = zeros_like(p)};
}

void LAMB::update(const Tensor& p, const Tensor& g, LAMBState& s, const LAMBOptions& o) const {
  const Tensor r = with_weight_decay(adam_direction(g, s, o), p, o.weight_decay);
  p.addcmul_(r, -(o.lr * trust_ratio(norm(p), norm(r))));
}

}  // namespace descent::optim
