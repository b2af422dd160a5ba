#include "descent/optim/schedule_free_sgd.h"

#include "optim/schedule_free_step.h"
#include "optim/step.h"

namespace descent::optim {

template class OptimizerOf<ScheduleFreeSGDOptions, ScheduleFreeSGDState, ScheduleFreeGroupState>;

ScheduleFreeSGD::ScheduleFreeSGD(ParameterList parameters, const ScheduleFreeSGDOptions& options)
    : OptimizerOf("ScheduleFreeSGD") {
  add_group(std::move(parameters), options);
}

void ScheduleFreeSGD::check(const ScheduleFreeSGDOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.above("momentum", o.momentum, 0);
  bounds.within("momentum", o.momentum, 0, 1);
  bounds.at_least("weight_decay", o.weight_decay, 0);
  bounds.at_least("warmup_steps", static_cast<double>(o.warmup_steps), 0);
  bounds.at_least("r", o.r, 0);
  bounds.at_least("weight_lr_power", o.weight_lr_power, 0);
}

ScheduleFreeSGDState ScheduleFreeSGD::start(const Tensor& p, const ScheduleFreeSGDOptions&) const {
  return {.z = p.detach().clone()};
}

ScheduleFreeGroupState ScheduleFreeSGD::start_group(const ScheduleFreeSGDOptions&) const {
  return schedule_free_start();
}

void ScheduleFreeSGD::update_group(Group& group, const Tensor&) const {
  const ScheduleFreeSGDOptions& o = group.options;
  const ScheduleFreeRates rates = schedule_free_rates(name(), o, group.state);
  for_each(group, [&](const Tensor& y, const Tensor& g, ScheduleFreeSGDState& s) {
    schedule_free_move(y, s.z, with_weight_decay(g, y, o.weight_decay), rates, o.momentum);
  });
}

void ScheduleFreeSGD::train() {
  for (Group& group : groups()) schedule_free_train(group, parameters(), group.options.momentum);
}

void ScheduleFreeSGD::eval() {
  for (Group& group : groups()) schedule_free_eval(group, parameters(), group.options.momentum);
}

}  // namespace descent::optim
