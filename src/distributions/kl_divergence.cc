#include "descent/distributions/kl_divergence.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "descent/ops.h"

namespace descent::distributions {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Of p from q: -H(p) - E_p[log q], with log q a square of x.
Tensor from_normal(const Distribution& p, const Normal& q) {
  const Tensor second_moment = p.variance() + square(p.mean() - q.loc());
  const Tensor cross_entropy =
      std::log(2 * std::numbers::pi) / 2 + log(q.scale()) + second_moment / (2 * square(q.scale()));
  return cross_entropy - p.entropy();
}

// p log(p / q), summed by the caller: nothing where p is 0, infinite where only q is.
Tensor term(const Tensor& p, const Tensor& q, const Tensor& difference) {
  return where(p == 0, 0.0, where(q == 0, kInfinity, p * difference));
}

}  // namespace

Tensor kl_divergence(const Bernoulli& p, const Bernoulli& q) {
  const Tensor probs = p.probs(), other = q.probs(), logits = p.logits(), other_logits = q.logits();
  return term(probs, other, softplus(-other_logits) - softplus(-logits)) +
         term(1 - probs, 1 - other, softplus(other_logits) - softplus(logits));
}

Tensor kl_divergence(const Categorical& p, const Categorical& q) {
  if (p.class_count() != q.class_count()) {
    fail("kl_divergence: p has ", p.class_count(), " classes, and q ", q.class_count());
  }
  return sum(term(p.probs(), q.probs(), p.logits() - q.logits()), -1);
}

Tensor kl_divergence(const Cauchy& p, const Cauchy& q) {
  return log(square(p.scale() + q.scale()) + square(p.loc() - q.loc())) - log(4 * p.scale() * q.scale());
}

Tensor kl_divergence(const Exponential& p, const Exponential& q) {
  const Tensor ratio = q.rate() / p.rate();
  return ratio - log(ratio) - 1;
}

Tensor kl_divergence(const Geometric& p, const Geometric& q) {
  return -p.entropy() - log1p(-q.probs()) / p.probs() - q.logits();
}

Tensor kl_divergence(const Gumbel& p, const Gumbel& q) {
  const Tensor ratio = p.scale() / q.scale(), shift = (q.loc() - p.loc()) / q.scale();
  constexpr double kGamma = std::numbers::egamma;
  return ratio * kGamma - log(ratio) - shift + exp(shift + lgamma(1 + ratio)) - (1 + kGamma);
}

Tensor kl_divergence(const HalfNormal& p, const HalfNormal& q) {
  return kl_divergence(Normal(0.0, p.scale(), false), Normal(0.0, q.scale(), false));
}

Tensor kl_divergence(const Laplace& p, const Laplace& q) {
  const Tensor ratio = p.scale() / q.scale(), distance = abs(p.loc() - q.loc());
  return distance / q.scale() + ratio * exp(-distance / p.scale()) - log(ratio) - 1;
}

Tensor kl_divergence(const LogNormal& p, const LogNormal& q) {
  return kl_divergence(Normal(p.loc(), p.scale(), false), Normal(q.loc(), q.scale(), false));
}

Tensor kl_divergence(const Normal& p, const Normal& q) {
  const Tensor ratio = square(p.scale() / q.scale());
  return 0.5 * (ratio + square((p.loc() - q.loc()) / q.scale()) - 1 - log(ratio));
}

Tensor kl_divergence(const OneHotCategorical& p, const OneHotCategorical& q) {
  return kl_divergence(p.categorical(), q.categorical());
}

Tensor kl_divergence(const Poisson& p, const Poisson& q) {
  return p.rate() * (log(p.rate()) - log(q.rate())) - (p.rate() - q.rate());
}

Tensor kl_divergence(const Uniform& p, const Uniform& q) {
  const Tensor inside = log((q.high() - q.low()) / (p.high() - p.low()));
  return where(q.low() > p.low() || q.high() < p.high(), kInfinity, inside);
}

Tensor kl_divergence(const Exponential& p, const Normal& q) { return from_normal(p, q); }
Tensor kl_divergence(const Gumbel& p, const Normal& q) { return from_normal(p, q); }
Tensor kl_divergence(const Laplace& p, const Normal& q) { return from_normal(p, q); }
Tensor kl_divergence(const Uniform& p, const Normal& q) { return from_normal(p, q); }

Tensor kl_divergence(const Normal& p, const Gumbel& q) {
  const Tensor shift = (q.loc() - p.loc()) / q.scale(), ratio = p.scale() / q.scale();
  return exp(shift + 0.5 * square(ratio)) - shift + log(q.scale()) - p.entropy();
}

Tensor kl_divergence(const Normal& p, const Laplace& q) {
  const Tensor distance = p.loc() - q.loc(), standard = distance / p.scale();
  const Tensor mean_distance = p.scale() * std::sqrt(2 / std::numbers::pi) * exp(-0.5 * square(standard)) +
                               distance * erf(standard / std::numbers::sqrt2);
  return mean_distance / q.scale() + log(2 * q.scale()) - p.entropy();
}

}  // namespace descent::distributions
