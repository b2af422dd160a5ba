#include "descent/optim/muon.h"

#include <algorithm>
#include <cmath>

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {
namespace {

// A matrix with the singular vectors of `x`, and singular values near 1.
Tensor orthogonalized(Tensor x, const MuonOptions& o) {
  const auto& [a, b, c] = o.ns_coefficients;
  const bool tall = x.size(0) > x.size(1);
  if (tall) x = x.t();
  x = x / clamp_min(norm(x), o.eps);
  for (std::int64_t i = 0; i < o.ns_steps; ++i) {
    const Tensor s = matmul(x, x.t());
    x = a * x + matmul(b * s + c * matmul(s, s), x);
  }
  return tall ? x.t() : x;
}

// What the rate is multiplied by for a parameter of this shape.
double rate_factor(const Dims& shape, MuonAdjustLr adjust) {
  const auto rows = static_cast<double>(shape[0]), columns = static_cast<double>(shape[1]);
  return adjust == MuonAdjustLr::original ? std::sqrt(std::max(1.0, rows / columns))
                                          : 0.2 * std::sqrt(std::max(rows, columns));
}

}  // namespace

template class OptimizerOf<MuonOptions, MuonState>;

Muon::Muon(ParameterList parameters, const MuonOptions& options) : OptimizerOf("Muon") {
  add_group(std::move(parameters), options);
}

void Muon::check_parameter(std::size_t i, const Tensor& p) const {
  if (p.dim() != 2) fail(name(), ": parameter ", i, " of shape ", p.sizes(), " is not a matrix");
}

void Muon::check(const MuonOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
  bounds.at_least("momentum", o.momentum, 0);
  bounds.at_least("eps", o.eps, 0);
  bounds.within("ns_steps", static_cast<double>(o.ns_steps), 0, 100);
  bounds.between("adjust_lr_fn", static_cast<double>(o.adjust_lr_fn), 0, 1);
}

MuonState Muon::start(const Tensor& p, const MuonOptions&) const { return {.momentum_buffer = zeros_like(p)}; }

void Muon::update(const Tensor& p, const Tensor& g, MuonState& s, const MuonOptions& o) const {
  average(s.momentum_buffer, g, o.momentum);
  const Tensor u = o.nesterov ? lerp(g, s.momentum_buffer, o.momentum) : s.momentum_buffer;
  decay_weights(p, o.lr, o.weight_decay);
  p.addcmul_(orthogonalized(u, o), -o.lr * rate_factor(p.sizes(), o.adjust_lr_fn));
}

}  // namespace descent::optim
