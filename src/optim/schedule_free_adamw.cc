#include "descent/optim/schedule_free_adamw.h"

#include "descent/create.h"
#include "optim/schedule_free_step.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<ScheduleFreeAdamWOptions, ScheduleFreeAdamWState, ScheduleFreeGroupState>;

ScheduleFreeAdamW::ScheduleFreeAdamW(ParameterList parameters, const ScheduleFreeAdamWOptions& options)
    : OptimizerOf("ScheduleFreeAdamW") {
  add_group(std::move(parameters), options);
}

void ScheduleFreeAdamW::check(const ScheduleFreeAdamWOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.above("betas[0]", o.betas[0], 0);
  bounds.within("betas[0]", o.betas[0], 0, 1);
  bounds.within("betas[1]", o.betas[1], 0, 1);
  bounds.at_least("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
  bounds.at_least("warmup_steps", static_cast<double>(o.warmup_steps), 0);
  bounds.at_least("r", o.r, 0);
  bounds.at_least("weight_lr_power", o.weight_lr_power, 0);
}

ScheduleFreeAdamWState ScheduleFreeAdamW::start(const Tensor& p, const ScheduleFreeAdamWOptions&) const {
  return {.z = p.detach().clone(), .exp_avg_sq = zeros_like(p)};
}

ScheduleFreeGroupState ScheduleFreeAdamW::start_group(const ScheduleFreeAdamWOptions&) const {
  return schedule_free_start();
}

void ScheduleFreeAdamW::update_group(Group& group, const Tensor&) const {
  const ScheduleFreeAdamWOptions& o = group.options;
  const Scalar &beta1 = o.betas[0], &beta2 = o.betas[1];
  const ScheduleFreeRates rates = schedule_free_rates(name(), o, group.state);
  for_each(group, [&](const Tensor& y, const Tensor& g, ScheduleFreeAdamWState& s) {
    average_square(s.exp_avg_sq, g, beta2);
    const Tensor d = g / (sqrt(debiased(s.exp_avg_sq, beta2, group.state.step)) + o.eps);
    schedule_free_move(y, s.z, with_weight_decay(d, y, o.weight_decay), rates, beta1);
  });
}

void ScheduleFreeAdamW::train() {
  for (Group& group : groups()) schedule_free_train(group, parameters(), group.options.betas[0]);
}

void ScheduleFreeAdamW::eval() {
  for (Group& group : groups()) schedule_free_eval(group, parameters(), group.options.betas[0]);
}

}  // namespace descent::optim
