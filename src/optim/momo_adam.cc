#include "descent/optim/momo_adam.h"

#include "optim/momo_step.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<MoMoAdamOptions, MoMoAdamState, MoMoGroupState>;

MoMoAdam::MoMoAdam(ParameterList parameters, const MoMoAdamOptions& options) : OptimizerOf("MoMoAdam") {
  add_group(std::move(parameters), options);
}

void MoMoAdam::check(const MoMoAdamOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("betas[0]", o.betas[0], 0, 1);
  bounds.within("betas[1]", o.betas[1], 0, 1);
  bounds.above("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

MoMoAdamState MoMoAdam::start(const Tensor& p, const MoMoAdamOptions&) const {
  return {.exp_avg = zeros_like(p), .exp_avg_sq = zeros_like(p)};
}

MoMoGroupState MoMoAdam::start_group(const MoMoAdamOptions& o) const { return momo_start(o); }

void MoMoAdam::update_group(Group& group, const Tensor& loss) const {
  need_loss(loss);
  const MoMoAdamOptions& o = group.options;
  MoMoGroupState& k = group.state;
  const Scalar &beta1 = o.betas[0], &beta2 = o.betas[1];
  k.step.add_(1);
  const auto direction = [&](const MoMoAdamState& s) {
    return s.exp_avg / (sqrt(debiased(s.exp_avg_sq, beta2, k.step)) + o.eps);
  };
  Tensor grad_product = group_sum(), product = group_sum(), squares = group_sum();
  for_each(group, [&](const Tensor& p, const Tensor& g, MoMoAdamState& s) {
    average(s.exp_avg, g, beta1);
    average_square(s.exp_avg_sq, g, beta2);
    grad_product.add_(dot(g, p));
    product.add_(dot(s.exp_avg, p));
    squares.add_(dot(s.exp_avg, direction(s)));
  });
  average(k.loss_avg, loss, beta1);
  average(k.product_avg, grad_product, beta1);
  const Tensor step = momo_step_size(k, o, product, squares, 1 - pow(beta1, k.step));
  for_each(group, [&](const Tensor& p, const Tensor&, MoMoAdamState& s) { momo_move(p, direction(s), step, o); });
}

}  // namespace descent::optim
