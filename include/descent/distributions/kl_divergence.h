// The Kullback-Leibler divergence of one distribution from another, in the batch shape that theirs broadcast to:
//
//   kl_divergence(p, q) = E_p[log p(x) - log q(x)]
#pragma once

#include "descent/distributions/bernoulli.h"
#include "descent/distributions/categorical.h"
#include "descent/distributions/cauchy.h"
#include "descent/distributions/exponential.h"
#include "descent/distributions/geometric.h"
#include "descent/distributions/gumbel.h"
#include "descent/distributions/half_normal.h"
#include "descent/distributions/independent.h"
#include "descent/distributions/laplace.h"
#include "descent/distributions/log_normal.h"
#include "descent/distributions/normal.h"
#include "descent/distributions/one_hot_categorical.h"
#include "descent/distributions/poisson.h"
#include "descent/distributions/uniform.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

Tensor kl_divergence(const Bernoulli& p, const Bernoulli& q);
Tensor kl_divergence(const Categorical& p, const Categorical& q);
Tensor kl_divergence(const Cauchy& p, const Cauchy& q);
Tensor kl_divergence(const Exponential& p, const Exponential& q);
Tensor kl_divergence(const Geometric& p, const Geometric& q);
Tensor kl_divergence(const Gumbel& p, const Gumbel& q);
Tensor kl_divergence(const HalfNormal& p, const HalfNormal& q);
Tensor kl_divergence(const Laplace& p, const Laplace& q);
Tensor kl_divergence(const LogNormal& p, const LogNormal& q);
Tensor kl_divergence(const Normal& p, const Normal& q);
Tensor kl_divergence(const OneHotCategorical& p, const OneHotCategorical& q);
Tensor kl_divergence(const Poisson& p, const Poisson& q);
/// Infinite where p reaches beyond q.
Tensor kl_divergence(const Uniform& p, const Uniform& q);

Tensor kl_divergence(const Exponential& p, const Normal& q);
Tensor kl_divergence(const Gumbel& p, const Normal& q);
Tensor kl_divergence(const Laplace& p, const Normal& q);
Tensor kl_divergence(const Uniform& p, const Normal& q);
Tensor kl_divergence(const Normal& p, const Gumbel& q);
Tensor kl_divergence(const Normal& p, const Laplace& q);

template <class P, class Q>
Tensor kl_divergence(const Independent<P>& p, const Independent<Q>& q) {
  if (p.reinterpreted() != q.reinterpreted()) {
    fail("kl_divergence: ", p.reinterpreted(), " dimensions of p belong to an event, and ", q.reinterpreted(), " of q");
  }
  return detail::sum_last(kl_divergence(p.base(), q.base()), p.reinterpreted());
}

}  // namespace distributions
}  // namespace descent
