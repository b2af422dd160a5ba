#include "descent/optim/adafactor.h"

#include <cmath>

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {
namespace {

Tensor machine_epsilon(DType dtype) { return full({}, epsilon_of(dtype), {.dtype = float64}); }

// The root of the mean square.
Tensor rms(const Tensor& x) { return norm(x) / std::sqrt(static_cast<double>(x.numel())); }

}  // namespace

template class OptimizerOf<AdafactorOptions, AdafactorState>;

Adafactor::Adafactor(ParameterList parameters, const AdafactorOptions& options) : OptimizerOf("Adafactor") {
  add_group(std::move(parameters), options);
}

void Adafactor::check(const AdafactorOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_most("beta2_decay", o.beta2_decay, 0);
  if (o.eps.first) bounds.at_least("eps[0]", *o.eps.first, 0);
  bounds.at_least("eps[1]", o.eps.second, 0);
  bounds.at_least("d", o.d, 1);
  bounds.at_least("weight_decay", o.weight_decay, 0);
}

AdafactorState Adafactor::start(const Tensor& p, const AdafactorOptions&) const {
  AdafactorState s{.step = step_count(), .row_var = {}, .col_var = {}, .variance = {}};
  if (p.dim() > 1) {
    Dims rows = p.sizes(), columns = p.sizes();
    rows[p.dim() - 1] = 1;
    columns[p.dim() - 2] = 1;
    s.row_var = zeros(rows, {.dtype = p.dtype()});
    s.col_var = zeros(columns, {.dtype = p.dtype()});
  } else {
    s.variance = zeros_like(p);
  }
  return s;
}

void Adafactor::update(const Tensor& p, const Tensor& g, AdafactorState& s, const AdafactorOptions& o) const {
  s.step.add_(1);
  const Tensor eps1 = o.eps.first ? static_cast<const Tensor&>(*o.eps.first) : machine_epsilon(p.dtype());
  const Tensor beta2 = 1 - pow(s.step, o.beta2_decay);
  const Tensor alpha = maximum(o.eps.second, rms(p)) * minimum(o.lr, rsqrt(s.step));
  decay_weights(p, o.lr, o.weight_decay);
  Tensor v = s.variance;
  if (p.dim() > 1) {
    average(s.row_var, mean(square(g), -1, true), beta2);
    average(s.col_var, mean(square(g), -2, true), beta2);
    v = s.row_var * s.col_var / clamp_min(mean(s.row_var, -2, true), eps1);
  } else {
    average_square(v, g, beta2);
  }
  const Tensor u = g * rsqrt(clamp_min(v, square(eps1).to(p.dtype())));
  p.addcmul_(u, -alpha / maximum(1, rms(u) / o.d));
}

}  // namespace descent::optim
