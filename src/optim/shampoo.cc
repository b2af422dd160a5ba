#include "descent/optim/shampoo.h"

#include <algorithm>

#include "core/host.h"
#include "descent/linalg.h"
#include "optim/kronecker.h"
#include "optim/step.h"

namespace descent::optim {
namespace {

// Of a symmetric matrix whose eigenvalues are at least `least`, but for rounding.
Tensor power(const Tensor& matrix, double exponent, const Tensor& least) {
  const linalg::Eigh e = linalg::eigh(matrix.to(float64));
  return matmul(e.eigenvectors * pow(maximum(e.eigenvalues, least), exponent), e.eigenvectors.t());
}

}  // namespace

template class OptimizerOf<ShampooOptions, ShampooState>;

Shampoo::Shampoo(ParameterList parameters, const ShampooOptions& options) : OptimizerOf("Shampoo") {
  add_group(std::move(parameters), options);
}

void Shampoo::check(const ShampooOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("momentum", o.momentum, 0);
  bounds.at_least("weight_decay", o.weight_decay, 0);
  bounds.above("eps", o.eps, 0);
  bounds.at_least("precondition_frequency", static_cast<double>(o.precondition_frequency), 1);
  bounds.at_least("max_precond_dim", static_cast<double>(o.max_precond_dim), 0);
}

ShampooState Shampoo::start(const Tensor& p, const ShampooOptions& o) const {
  const TensorOptions like{.dtype = p.dtype()};
  const auto identity = [&](std::int64_t n) { return eye(n, like); };
  const auto small = [&](std::int64_t n) { return eye(n, like) * o.eps; };
  return {.step = step_count(),
          .preconditioners = for_each_dim(p, o.max_precond_dim, small),
          .roots = for_each_dim(p, o.max_precond_dim, identity),
          .momentum_buffer = zeros_like(p)};
}

void Shampoo::update(const Tensor& p, const Tensor& g, ShampooState& s, const ShampooOptions& o) const {
  const bool refresh = is_multiple(s.step, o.precondition_frequency);
  s.step.add_(1);
  const auto count = std::ranges::count_if(s.preconditioners, [](const Tensor& m) { return m.defined(); });
  Tensor direction = g;
  for (std::size_t i = 0; i < s.preconditioners.size(); ++i) {
    const Tensor &matrix = s.preconditioners[i], &root = s.roots[i];
    if (!matrix.defined()) continue;
    const auto dim = static_cast<std::int64_t>(i);
    matrix.add_(gram(g, dim));
    if (refresh) root.copy_(power(matrix, -0.5 / static_cast<double>(count), o.eps));
    direction = along(direction, dim, root);
  }
  s.momentum_buffer.mul_(o.momentum).add_(direction);
  decay_weights(p, o.lr, o.weight_decay);
  p.addcmul_(s.momentum_buffer, -o.lr);
}

}  // namespace descent::optim
