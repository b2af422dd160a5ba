#include "descent/distributions/uniform.h"

#include <limits>

#include "descent/create.h"
#include "descent/ops.h"
#include "distributions/parameters.h"
#include "ops/check.h"

namespace descent::distributions {

Uniform::Uniform(const Tensor& low, const Tensor& high, bool validate_args)
    : Distribution("Uniform", common_shape("Uniform", {low, high}), {}, validate_args),
      low_(alike("Uniform", low, {low, high})),
      high_(alike("Uniform", high, {low, high})) {
  if (!validate_args) return;
  check(low_, low_ < high_, {"Uniform", "low", "must be less than high"});
}

Uniform Uniform::expand(const Dims& batch_shape) const {
  return like_this(Uniform(low_.expand(batch_shape), high_.expand(batch_shape), false));
}

void Uniform::check_value(const Tensor& value) const {
  check(value, value >= low_ && value <= high_, {"Uniform", "value", "must be from low to high"});
}

Tensor Uniform::draw(const Dims& shape, Generator& generator) const {
  return low_ + rand(extended(shape), {.dtype = low_.dtype()}, generator) * (high_ - low_);
}

Tensor Uniform::log_prob_at(const Tensor& value) const {
  const Tensor inside = value >= low_ && value < high_;
  return log(inside.to(low_.dtype())) - log(high_ - low_);
}
Tensor Uniform::cdf_at(const Tensor& value) const { return clamp((value - low_) / (high_ - low_), 0, 1); }
Tensor Uniform::icdf_at(const Tensor& probability) const { return probability * (high_ - low_) + low_; }
Tensor Uniform::entropy_of() const { return log(high_ - low_); }
Tensor Uniform::mean_of() const { return (high_ + low_) / 2; }
Tensor Uniform::mode_of() const { return high_ * std::numeric_limits<double>::quiet_NaN(); }
Tensor Uniform::variance_of() const { return square(high_ - low_) / 12; }

}  // namespace descent::distributions
