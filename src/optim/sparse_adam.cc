#include "descent/optim/sparse_adam.h"

#include "descent/create.h"

namespace descent::optim {
namespace {

// Whether a row of `g` is not all 0: [rows, 1, ..., 1].
Tensor rows_seen(const Tensor& g) {
  Dims within;
  for (int dim = 1; dim < g.dim(); ++dim) within.push_back(dim);
  const Tensor seen = g != 0;
  return within.empty() ? seen : any(seen, within, true);
}

}  // namespace

template class OptimizerOf<SparseAdamOptions, SparseAdamState>;

SparseAdam::SparseAdam(ParameterList parameters, const SparseAdamOptions& options) : OptimizerOf("SparseAdam") {
  add_group(std::move(parameters), options);
}

void SparseAdam::check(const SparseAdamOptions& o, const Bounds& bounds) const {
  bounds.above("lr", o.lr, 0);
  bounds.within("betas[0]", o.betas[0], 0, 1);
  bounds.within("betas[1]", o.betas[1], 0, 1);
  bounds.above("eps", o.eps, 0);
}

SparseAdamState SparseAdam::start(const Tensor& p, const SparseAdamOptions&) const {
  return {.step = step_count(), .exp_avg = zeros_like(p), .exp_avg_sq = zeros_like(p)};
}

void SparseAdam::update(const Tensor& p, const Tensor& g, SparseAdamState& s, const SparseAdamOptions& o) const {
  const auto& [beta1, beta2] = o.betas;
  s.step.add_(1);
  const Tensor seen = rows_seen(g);
  const auto change = [&](const Tensor& x, const Tensor& by, const Tensor& weight) {
    x.addcmul_(where(seen, by, 0), weight);
  };
  change(s.exp_avg, g - s.exp_avg, 1 - beta1);
  change(s.exp_avg_sq, square(g) - s.exp_avg_sq, 1 - beta2);
  const Tensor step_size = o.lr * sqrt(1 - pow(beta2, s.step)) / (1 - pow(beta1, s.step));
  change(p, s.exp_avg / (sqrt(s.exp_avg_sq) + o.eps), -step_size);
}

}  // namespace descent::optim
