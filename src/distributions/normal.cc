#include "descent/distributions/normal.h"

#include <cmath>
#include <numbers>

#include "descent/create.h"
#include "descent/ops.h"
#include "distributions/parameters.h"

namespace descent::distributions {

Normal::Normal(const Tensor& loc, const Tensor& scale, bool validate_args)
    : Distribution("Normal", common_shape("Normal", {loc, scale}), {}, validate_args),
      loc_(alike("Normal", loc, {loc, scale})),
      scale_(alike("Normal", scale, {loc, scale})) {
  if (!validate_args) return;
  check_real("Normal", "loc", loc_);
  check_positive("Normal", "scale", scale_);
}

Normal Normal::expand(const Dims& batch_shape) const {
  return like_this(Normal(loc_.expand(batch_shape), scale_.expand(batch_shape), false));
}

void Normal::check_value(const Tensor& value) const { check_real("Normal", "value", value); }

Tensor Normal::draw(const Dims& shape, Generator& generator) const {
  return randn(extended(shape), {.dtype = loc_.dtype()}, generator) * scale_ + loc_;
}

Tensor Normal::log_prob_at(const Tensor& value) const {
  return -square(value - loc_) / (2 * square(scale_)) - log(scale_) - std::log(2 * std::numbers::pi) / 2;
}
Tensor Normal::cdf_at(const Tensor& value) const {
  return 0.5 * (1 + erf((value - loc_) * reciprocal(scale_) / std::numbers::sqrt2));
}
Tensor Normal::icdf_at(const Tensor& probability) const {
  return loc_ + scale_ * erfinv(2 * probability - 1) * std::numbers::sqrt2;
}
Tensor Normal::entropy_of() const { return 0.5 + std::log(2 * std::numbers::pi) / 2 + log(scale_); }
Tensor Normal::mean_of() const { return loc_; }
Tensor Normal::mode_of() const { return loc_; }
Tensor Normal::variance_of() const { return square(scale_); }
Tensor Normal::stddev_of() const { return scale_; }

}  // namespace descent::distributions
