#include "descent/distributions/geometric.h"

#include "core/random.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "distributions/parameters.h"
#include "ops/check.h"

namespace descent::distributions {

Geometric::Geometric(const Probabilities& parameters, bool validate_args)
    : Distribution("Geometric", impl_of(given_of("Geometric", parameters), "Geometric").sizes, {}, validate_args),
      given_(alike("Geometric", parameters)) {
  if (!validate_args) return;
  if (const Tensor& p = given_.probs; p.defined())
    check(p, p > 0 && p <= 1, {"Geometric", "probability", "must be greater than 0 and at most 1"});
  else
    check_real("Geometric", "logit", given_.logits);
}

Tensor Geometric::probs() const { return probs_of(given_); }
Tensor Geometric::logits() const { return logits_of(given_); }

Geometric Geometric::expand(const Dims& batch_shape) const {
  return like_this(Geometric(distributions::expand(given_, batch_shape), false));
}

void Geometric::check_value(const Tensor& value) const {
  check(value, value >= 0 && value == floor(value), {"Geometric", "value", "must be a whole number of at least 0"});
}

Tensor Geometric::draw(const Dims& shape, Generator& generator) const {
  const Tensor p = probs(), u = empty(extended(shape), {.dtype = p.dtype()});
  random::uniform_("Geometric", u, tiny_of(p.dtype()), 1, generator);
  return floor(log(u) / log1p(-p));
}

Tensor Geometric::log_prob_at(const Tensor& value) const {
  const Tensor p = probs();
  const Tensor failing = where(p == 1 && value == 0, 0.0, p);  // 0 log(0) is 0
  return value * log1p(-failing) + log(p);
}
Tensor Geometric::entropy_of() const { return binary_cross_entropy_of(logits(), probs()) / probs(); }
Tensor Geometric::mean_of() const { return reciprocal(probs()) - 1; }
Tensor Geometric::mode_of() const { return zeros_like(probs()); }
Tensor Geometric::variance_of() const {
  const Tensor p = probs();
  return (reciprocal(p) - 1) / p;
}

}  // namespace descent::distributions
