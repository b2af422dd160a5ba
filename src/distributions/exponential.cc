#include "descent/distributions/exponential.h"

#include "descent/create.h"
#include "descent/ops.h"
#include "distributions/parameters.h"
#include "ops/check.h"

namespace descent::distributions {

Exponential::Exponential(const Tensor& rate, bool validate_args)
    : Distribution("Exponential", common_shape("Exponential", {rate}), {}, validate_args),
      rate_(alike("Exponential", rate, {rate})) {
  if (!validate_args) return;
  check_positive("Exponential", "rate", rate_);
}

Exponential Exponential::expand(const Dims& batch_shape) const {
  return like_this(Exponential(rate_.expand(batch_shape), false));
}

void Exponential::check_value(const Tensor& value) const {
  check(value, value >= 0, {"Exponential", "value", "must be at least 0"});
}

Tensor Exponential::draw(const Dims& shape, Generator& generator) const {
  return empty(extended(shape), {.dtype = rate_.dtype()}).exponential_(1, generator) / rate_;
}

Tensor Exponential::log_prob_at(const Tensor& value) const { return log(rate_) - rate_ * value; }
Tensor Exponential::cdf_at(const Tensor& value) const { return 1 - exp(-rate_ * value); }
Tensor Exponential::icdf_at(const Tensor& probability) const { return -log1p(-probability) / rate_; }
Tensor Exponential::entropy_of() const { return 1 - log(rate_); }
Tensor Exponential::mean_of() const { return reciprocal(rate_); }
Tensor Exponential::mode_of() const { return zeros_like(rate_); }
Tensor Exponential::variance_of() const { return pow(rate_, -2); }
Tensor Exponential::stddev_of() const { return reciprocal(rate_); }

}  // namespace descent::distributions
