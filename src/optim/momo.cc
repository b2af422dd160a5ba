#include "descent/optim/momo.h"

#include "optim/momo_step.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<MoMoOptions, MoMoState, MoMoGroupState>;

MoMo::MoMo(ParameterList parameters, const MoMoOptions& options) : OptimizerOf("MoMo") {
  add_group(std::move(parameters), options);
}

void MoMo::check(const MoMoOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("beta", o.beta, 0, 1);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

MoMoState MoMo::start(const Tensor& p, const MoMoOptions&) const { return {.exp_avg = zeros_like(p)}; }

MoMoGroupState MoMo::start_group(const MoMoOptions& o) const { return momo_start(o); }

void MoMo::update_group(Group& group, const Tensor& loss) const {
  need_loss(loss);
  const MoMoOptions& o = group.options;
  MoMoGroupState& k = group.state;
  const Tensor beta = where(k.step == 0, 0, o.beta);
  k.step.add_(1);
  Tensor grad_product = group_sum(), product = group_sum(), squares = group_sum();
  for_each(group, [&](const Tensor& p, const Tensor& g, MoMoState& s) {
    average(s.exp_avg, g, beta);
    grad_product.add_(dot(g, p));
    product.add_(dot(s.exp_avg, p));
    squares.add_(squared_norm(s.exp_avg));
  });
  average(k.loss_avg, loss, beta);
  average(k.product_avg, grad_product, beta);
  const Tensor step = momo_step_size(k, o, product, squares, 1);
  for_each(group, [&](const Tensor& p, const Tensor&, MoMoState& s) { momo_move(p, s.exp_avg, step, o); });
}

}  // namespace descent::optim
