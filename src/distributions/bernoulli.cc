#include "descent/distributions/bernoulli.h"

#include <limits>

#include "descent/create.h"
#include "descent/ops.h"
#include "descent/sampling.h"
#include "distributions/parameters.h"
#include "ops/check.h"

namespace descent::distributions {

Bernoulli::Bernoulli(const Probabilities& parameters, bool validate_args)
    : Distribution("Bernoulli", impl_of(given_of("Bernoulli", parameters), "Bernoulli").sizes, {}, validate_args),
      given_(alike("Bernoulli", parameters)) {
  if (!validate_args) return;
  if (given_.probs.defined())
    check_probability("Bernoulli", "probability", given_.probs);
  else
    check_real("Bernoulli", "logit", given_.logits);
}

Tensor Bernoulli::probs() const { return probs_of(given_); }
Tensor Bernoulli::logits() const { return logits_of(given_); }

Bernoulli Bernoulli::expand(const Dims& batch_shape) const {
  return like_this(Bernoulli(distributions::expand(given_, batch_shape), false));
}

Tensor Bernoulli::enumerate_support() const {
  Dims shape = Dims::filled(batch_shape().size() + 1, 1);
  shape[0] = 2;
  return arange(2).to(given_of(name(), given_).dtype()).reshape(shape).expand(joined(2, batch_shape()));
}

void Bernoulli::check_value(const Tensor& value) const {
  check(value, value == 0 || value == 1, {"Bernoulli", "value", "must be 0 or 1"});
}

Tensor Bernoulli::draw(const Dims& shape, Generator& generator) const {
  return bernoulli(probs().expand(extended(shape)), generator);
}

Tensor Bernoulli::log_prob_at(const Tensor& value) const { return -binary_cross_entropy_of(logits(), value); }
Tensor Bernoulli::entropy_of() const { return binary_cross_entropy_of(logits(), probs()); }
Tensor Bernoulli::mean_of() const { return probs(); }
Tensor Bernoulli::mode_of() const {
  const Tensor p = probs();
  return where(p == 0.5, std::numeric_limits<double>::quiet_NaN(), (p >= 0.5).to(p.dtype()));
}
Tensor Bernoulli::variance_of() const {
  const Tensor p = probs();
  return p * (1 - p);
}

}  // namespace descent::distributions
