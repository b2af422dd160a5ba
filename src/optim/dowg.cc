#include "descent/optim/dowg.h"

#include "optim/norms.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<DoWGOptions, DoWGState, DoWGGroupState>;

DoWG::DoWG(ParameterList parameters, const DoWGOptions& options) : OptimizerOf("DoWG") {
  add_group(std::move(parameters), options);
}

void DoWG::check(const DoWGOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.above("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

DoWGState DoWG::start(const Tensor& p, const DoWGOptions&) const { return {.p0 = p.detach().clone()}; }

DoWGGroupState DoWG::start_group(const DoWGOptions& o) const {
  return {.max_distance_sq = full({}, o.eps, {.dtype = float64}), .weighted_grad_sum_sq = group_sum()};
}

void DoWG::update_group(Group& group, const Tensor&) const {
  const DoWGOptions& o = group.options;
  DoWGGroupState& k = group.state;
  Tensor distance = group_sum(), squares = group_sum();
  for_each(group, [&](const Tensor& p, const Tensor& g, DoWGState& s) {
    distance.add_(squared_norm(p - s.p0));
    squares.add_(squared_norm(with_weight_decay(g, p, o.weight_decay)));
  });
  k.max_distance_sq.copy_(maximum(k.max_distance_sq, distance));
  k.weighted_grad_sum_sq.addcmul_(k.max_distance_sq, squares);
  const Tensor rate = o.lr * k.max_distance_sq / (sqrt(k.weighted_grad_sum_sq) + o.eps);
  for_each(group, [&](const Tensor& p, const Tensor& g, DoWGState&) {
    p.addcmul_(with_weight_decay(g, p, o.weight_decay), -rate);
  });
}

}  // namespace descent::optim
