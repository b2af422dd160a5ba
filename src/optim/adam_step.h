// What Adam and AdamW have in common.
#pragma once

#include "descent/create.h"
#include "descent/optim/adam.h"
#include "optim/step.h"

namespace descent::optim {

template <class Options>
void adam_check(const Options& o, const Bounds& bounds) {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("betas[0]", o.betas[0], 0, 1);
  bounds.within("betas[1]", o.betas[1], 0, 1);
  bounds.at_least("eps", o.eps, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

template <class Options>
AdamState adam_start(const Tensor& p, const Options& o) {
  return {.step = step_count(),
          .exp_avg = zeros_like(p),
          .exp_avg_sq = zeros_like(p),
          .max_exp_avg_sq = o.amsgrad ? zeros_like(p) : Tensor()};
}

template <class Options>
void adam_step(const Tensor& p, const Tensor& g, AdamState& s, const Options& o) {
  const auto& [beta1, beta2] = o.betas;
  s.step.add_(1);
  average(s.exp_avg, g, beta1);
  average_square(s.exp_avg_sq, g, beta2);
  if (o.amsgrad) {
    make_once(s.max_exp_avg_sq, p, 0);
    s.max_exp_avg_sq.copy_(maximum(s.max_exp_avg_sq, s.exp_avg_sq));
  }
  const Tensor& v = o.amsgrad ? s.max_exp_avg_sq : s.exp_avg_sq;
  const Tensor step_size = o.lr / (1 - pow(beta1, s.step));
  p.addcmul_(s.exp_avg / (sqrt(v) / sqrt(1 - pow(beta2, s.step)) + o.eps), -step_size);
}

}  // namespace descent::optim
