#include "descent/optim/soap.h"

#include "core/host.h"
#include "descent/linalg.h"
#include "optim/adam_step.h"
#include "optim/kronecker.h"

namespace descent::optim {
namespace {

// x with each dimension that has a basis brought into it, or back out of it.
Tensor rotated(const Tensor& x, const std::vector<Tensor>& bases, bool back = false) {
  Tensor y = x;
  for (int i = 0; i < x.dim(); ++i) {
    const Tensor& basis = bases[static_cast<std::size_t>(i)];
    if (basis.defined()) y = along(y, i, back ? basis.t() : basis);
  }
  return y;
}

}  // namespace

template class OptimizerOf<SOAPOptions, SOAPState>;

SOAP::SOAP(ParameterList parameters, const SOAPOptions& options) : OptimizerOf("SOAP") {
  add_group(std::move(parameters), options);
}

void SOAP::check(const SOAPOptions& o, const Bounds& bounds) const {
  adam_check(o, bounds);
  bounds.at_least("precondition_frequency", static_cast<double>(o.precondition_frequency), 1);
  bounds.at_least("max_precond_dim", static_cast<double>(o.max_precond_dim), 0);
}

SOAPState SOAP::start(const Tensor& p, const SOAPOptions& o) const {
  const TensorOptions like{.dtype = p.dtype()};
  const std::int64_t largest = p.dim() > 1 || o.precondition_1d ? o.max_precond_dim : -1;
  const auto zero = [&](std::int64_t n) { return zeros({n, n}, like); };
  return {.step = full({}, -1, {.dtype = float64}),
          .exp_avg = zeros_like(p),
          .exp_avg_sq = zeros_like(p),
          .preconditioners = for_each_dim(p, largest, zero),
          .bases = for_each_dim(p, largest, zero)};
}

void SOAP::update(const Tensor& p, const Tensor& g, SOAPState& s, const SOAPOptions& o) const {
  const auto& [beta1, beta2] = o.betas;
  const bool first = !is_at_least(s.step, 0), refresh = is_multiple(s.step, o.precondition_frequency, 1);
  s.step.add_(1);
  if (!first) {
    average(s.exp_avg, g, beta1);
    average_square(s.exp_avg_sq, rotated(g, s.bases), beta2);
    const Tensor m = debiased(rotated(s.exp_avg, s.bases), beta1, s.step);
    const Tensor d = m / (sqrt(debiased(s.exp_avg_sq, beta2, s.step)) + o.eps);
    decay_weights(p, o.lr, o.weight_decay);
    p.addcmul_(rotated(d, s.bases, true), -o.lr);
  }
  for (int i = 0; i < p.dim(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const Tensor &matrix = s.preconditioners[at], &basis = s.bases[at];
    if (!matrix.defined()) continue;
    average(matrix, gram(g, i), beta2);
    if (first) {
      basis.copy_(flip(linalg::eigh(matrix).eigenvectors, 1));
    } else if (refresh) {
      const Tensor product = matmul(matrix, basis);
      const Tensor order = argsort(sum(basis * product, 0), 0, true);
      s.exp_avg_sq.copy_(index_select(s.exp_avg_sq, i, order));
      basis.copy_(linalg::qr(index_select(product, 1, order)).q);
    }
  }
}

}  // namespace descent::optim
