// What the optimizers that change Adam's direction have in common.
#pragma once

#include "descent/create.h"
#include "descent/optim/optimizer.h"
#include "optim/step.h"

namespace descent::optim {

/// Lets `g` into the averages, and gives m^ / (sqrt(v^) + eps).
template <class State, class Options>
Tensor adam_direction(const Tensor& g, State& s, const Options& o) {
  const auto& [beta1, beta2] = o.betas;
  s.step.add_(1);
  average(s.exp_avg, g, beta1);
  average_square(s.exp_avg_sq, g, beta2);
  return debiased(s.exp_avg, beta1, s.step) / (sqrt(debiased(s.exp_avg_sq, beta2, s.step)) + o.eps);
}

}  // namespace descent::optim
