#include "descent/optim/sophia.h"

#include "descent/autograd.h"
#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<SophiaHOptions, SophiaHState>;

SophiaH::SophiaH(ParameterList parameters, const SophiaHOptions& options) : OptimizerOf("SophiaH") {
  add_group(std::move(parameters), options);
}

void SophiaH::check(const SophiaHOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("betas[0]", o.betas[0], 0, 1);
  bounds.within("betas[1]", o.betas[1], 0, 1);
  bounds.at_least("gamma", o.gamma, 0);
  bounds.above("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

SophiaHState SophiaH::start(const Tensor& p, const SophiaHOptions&) const {
  return {.exp_avg = zeros_like(p), .hessian = zeros_like(p)};
}

void SophiaH::update(const Tensor& p, const Tensor& g, SophiaHState& s, const SophiaHOptions& o) const {
  decay_weights(p, o.lr, o.weight_decay);
  average(s.exp_avg, g, o.betas[0]);
  p.addcmul_(clamp(s.exp_avg / maximum(o.gamma * s.hessian, o.eps), -1, 1), -o.lr);
}

void SophiaH::update_hessian(const Tensor& loss) {
  const std::vector<Tensor> gradients = grad({loss}, parameters(), {}, {.create_graph = true, .allow_unused = true});
  std::vector<Tensor> directions;
  Tensor slope = 0.0;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    directions.push_back(randn_like(parameters()[i]));
    if (gradients[i].defined()) slope = slope + sum(gradients[i] * directions[i]);
  }
  // Where the gradient is the same everywhere, there is nothing to differentiate and the Hessian is 0.
  std::vector<Tensor> products(gradients.size());
  if (slope.requires_grad()) products = grad({slope}, parameters(), {}, {.retain_graph = true, .allow_unused = true});
  const NoGrad no_grad;
  Transaction transaction(*this);
  for (Group& group : groups()) {
    for (std::size_t i = 0; i < group.states.size(); ++i) {
      const Tensor &p = parameters()[group.first + i], &product = products[group.first + i];
      const Tensor sample = product.defined() ? directions[group.first + i] * product : zeros_like(p);
      average(state_of(group, i).hessian, maximizes(group.options) ? -sample : sample, group.options.betas[1]);
    }
  }
  transaction.done();
}

}  // namespace descent::optim
