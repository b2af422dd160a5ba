#include "descent/optim/polyak_sgd.h"

#include "optim/norms.h"

namespace descent::optim {

template class OptimizerOf<PolyakSGDOptions, NoState>;

PolyakSGD::PolyakSGD(ParameterList parameters, const PolyakSGDOptions& options) : OptimizerOf("PolyakSGD") {
  add_group(std::move(parameters), options);
}

void PolyakSGD::check(const PolyakSGDOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("max_step", o.max_step, 0);
  bounds.at_least("eps", o.eps, 0);
}

NoState PolyakSGD::start(const Tensor&, const PolyakSGDOptions&) const { return {}; }

void PolyakSGD::update_group(Group& group, const Tensor& loss) const {
  need_loss(loss);
  const PolyakSGDOptions& o = group.options;
  Tensor squares = group_sum();
  for_each(group, [&](const Tensor&, const Tensor& g, NoState&) { squares.add_(squared_norm(g)); });
  const Tensor gap = clamp_min(loss - o.min_value, 0), denominator = squares + o.eps;
  const Tensor step = where(denominator > 0, minimum(gap / denominator, o.max_step), 0);
  for_each(group, [&](const Tensor& p, const Tensor& g, NoState&) { p.addcmul_(g, -(o.lr * step)); });
}

}  // namespace descent::optim
