#include "descent/optim/radam.h"

#include "descent/create.h"
#include "optim/adam_step.h"

namespace descent::optim {

template class OptimizerOf<RAdamOptions, RAdamState>;

RAdam::RAdam(ParameterList parameters, const RAdamOptions& options) : OptimizerOf("RAdam") {
  add_group(std::move(parameters), options);
}

void RAdam::check(const RAdamOptions& o, const Bounds& bounds) const { adam_check(o, bounds); }

RAdamState RAdam::start(const Tensor& p, const RAdamOptions&) const {
  return {.step = step_count(), .exp_avg = zeros_like(p), .exp_avg_sq = zeros_like(p)};
}

void RAdam::update(const Tensor& p, const Tensor& gradient, RAdamState& s, const RAdamOptions& o) const {
  const auto& [beta1, beta2] = o.betas;
  s.step.add_(1);
  const Tensor g = decayed(gradient, p, o);
  average(s.exp_avg, g, beta1);
  average_square(s.exp_avg_sq, g, beta2);
  const Tensor beta2_power = pow(beta2, s.step);
  const Tensor rho_inf = 2 / (1 - beta2) - 1;
  const Tensor rho = rho_inf - 2 * s.step * beta2_power / (1 - beta2_power);
  const Tensor r = sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho));
  const Tensor adaptive = r * sqrt(1 - beta2_power) / (sqrt(s.exp_avg_sq) + o.eps);
  p.addcmul_(s.exp_avg * where(rho > 5, adaptive, 1), -o.lr / (1 - pow(beta1, s.step)));
}

}  // namespace descent::optim
