#include "descent/distributions/log_normal.h"

#include "descent/create.h"
#include "descent/distributions/normal.h"
#include "descent/ops.h"
#include "distributions/parameters.h"

namespace descent::distributions {

LogNormal::LogNormal(const Tensor& loc, const Tensor& scale, bool validate_args)
    : Distribution("LogNormal", common_shape("LogNormal", {loc, scale}), {}, validate_args),
      loc_(alike("LogNormal", loc, {loc, scale})),
      scale_(alike("LogNormal", scale, {loc, scale})) {
  if (!validate_args) return;
  check_real("LogNormal", "loc", loc_);
  check_positive("LogNormal", "scale", scale_);
}

LogNormal LogNormal::expand(const Dims& batch_shape) const {
  return like_this(LogNormal(loc_.expand(batch_shape), scale_.expand(batch_shape), false));
}

void LogNormal::check_value(const Tensor& value) const { check_positive("LogNormal", "value", value); }

Tensor LogNormal::draw(const Dims& shape, Generator& generator) const {
  return exp(Normal(loc_, scale_, false).rsample(shape, generator));
}

Tensor LogNormal::log_prob_at(const Tensor& value) const {
  const Tensor logarithm = log(value);
  return Normal(loc_, scale_, false).log_prob(logarithm) - logarithm;
}
Tensor LogNormal::cdf_at(const Tensor& value) const { return Normal(loc_, scale_, false).cdf(log(value)); }
Tensor LogNormal::icdf_at(const Tensor& probability) const {
  return exp(Normal(loc_, scale_, false).icdf(probability));
}
Tensor LogNormal::entropy_of() const { return Normal(loc_, scale_, false).entropy() + loc_; }
Tensor LogNormal::mean_of() const { return exp(loc_ + square(scale_) / 2); }
Tensor LogNormal::mode_of() const { return exp(loc_ - square(scale_)); }
Tensor LogNormal::variance_of() const {
  const Tensor squared = square(scale_);
  return expm1(squared) * exp(2 * loc_ + squared);
}

}  // namespace descent::distributions
