// What ScheduleFreeSGD and ScheduleFreeAdamW have in common.
#pragma once

#include "core/host.h"
#include "descent/create.h"
#include "descent/optim/schedule_free.h"
#include "optim/norms.h"

namespace descent::optim {

inline ScheduleFreeGroupState schedule_free_start() {
  return {.step = step_count(), .lr_max = group_sum(), .weight_sum = group_sum(), .train_mode = full({}, true)};
}

struct ScheduleFreeRates {
  Tensor rate;
  Tensor c;
};

/// Begins a step of a group.
template <class Options>
ScheduleFreeRates schedule_free_rates(const char* name, const Options& o, ScheduleFreeGroupState& k) {
  if (!is_nonzero(k.train_mode)) fail(name, ": step() after eval(); call train() first");
  k.step.add_(1);
  const Tensor rate = o.warmup_steps > 0 ? o.lr * minimum(k.step / o.warmup_steps, 1) : o.lr * 1;
  k.lr_max.copy_(maximum(k.lr_max, rate));
  const Tensor weight = pow(k.step, o.r) * pow(k.lr_max, o.weight_lr_power);
  k.weight_sum.add_(weight);
  return {.rate = rate, .c = where(k.weight_sum > 0, weight / k.weight_sum, 0)};
}

/// Moves z and y along -d; x, which is (y - (1 - beta) z) / beta, moves with them.
inline void schedule_free_move(const Tensor& y, const Tensor& z, const Tensor& d, const ScheduleFreeRates& rates,
                               const Tensor& beta) {
  y.addcmul_(z - y, rates.c).addcmul_(d, rates.rate * (beta * (1 - rates.c) - 1));
  z.addcmul_(d, -rates.rate);
}

template <class Group>
void schedule_free_switch(Group& group, const std::vector<Tensor>& parameters, bool train_mode, const Tensor& weight) {
  if (group.state.train_mode.template item<bool>() == train_mode) return;
  const NoGrad no_grad;
  // All of what may fail comes before anything changes.
  const Tensor mode = train_mode;
  std::vector<Tensor> differences(group.states.size());
  for (std::size_t i = 0; i < group.states.size(); ++i) {
    if (group.states[i]) differences[i] = group.states[i]->z - parameters[group.first + i];
  }
  group.state.train_mode.copy_(mode);
  for (std::size_t i = 0; i < group.states.size(); ++i) {
    if (group.states[i]) parameters[group.first + i].addcmul_(differences[i], weight);
  }
}

template <class Group>
void schedule_free_train(Group& group, const std::vector<Tensor>& parameters, const Scalar& beta) {
  schedule_free_switch(group, parameters, true, 1 - beta);
}

template <class Group>
void schedule_free_eval(Group& group, const std::vector<Tensor>& parameters, const Scalar& beta) {
  schedule_free_switch(group, parameters, false, 1 - 1 / beta);
}

}  // namespace descent::optim
