#include "descent/optim/dog.h"

#include "optim/norms.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<DoGOptions, DoGState, DoGGroupState>;

DoG::DoG(ParameterList parameters, const DoGOptions& options) : OptimizerOf("DoG") {
  add_group(std::move(parameters), options);
}

void DoG::check(const DoGOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.above("reps_rel", o.reps_rel, 0);
  bounds.above("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

DoGState DoG::start(const Tensor& p, const DoGOptions&) const { return {.p0 = p.detach().clone()}; }

DoGGroupState DoG::start_group(const DoGOptions&) const {
  return {.max_distance = group_sum(), .grad_sum_sq = group_sum()};
}

void DoG::update_group(Group& group, const Tensor&) const {
  const DoGOptions& o = group.options;
  DoGGroupState& k = group.state;
  Tensor start = group_sum(), distance = group_sum();
  for_each(group, [&](const Tensor& p, const Tensor& g, DoGState& s) {
    start.add_(squared_norm(s.p0));
    distance.add_(squared_norm(p - s.p0));
    k.grad_sum_sq.add_(squared_norm(with_weight_decay(g, p, o.weight_decay)));
  });
  k.max_distance.copy_(maximum(k.max_distance, maximum(o.reps_rel * (1 + sqrt(start)), sqrt(distance))));
  const Tensor rate = o.lr * k.max_distance / sqrt(k.grad_sum_sq + o.eps);
  for_each(group, [&](const Tensor& p, const Tensor& g, DoGState&) {
    p.addcmul_(with_weight_decay(g, p, o.weight_decay), -rate);
  });
}

}  // namespace descent::optim
