#include "descent/distributions/cauchy.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "descent/create.h"
#include "descent/ops.h"
#include "distributions/parameters.h"

namespace descent::distributions {

Cauchy::Cauchy(const Tensor& loc, const Tensor& scale, bool validate_args)
    : Distribution("Cauchy", common_shape("Cauchy", {loc, scale}), {}, validate_args),
      loc_(alike("Cauchy", loc, {loc, scale})),
      scale_(alike("Cauchy", scale, {loc, scale})) {
  if (!validate_args) return;
  check_real("Cauchy", "loc", loc_);
  check_positive("Cauchy", "scale", scale_);
}

Cauchy Cauchy::expand(const Dims& batch_shape) const {
  return like_this(Cauchy(loc_.expand(batch_shape), scale_.expand(batch_shape), false));
}

void Cauchy::check_value(const Tensor& value) const { check_real("Cauchy", "value", value); }

Tensor Cauchy::draw(const Dims& shape, Generator& generator) const {
  const Tensor u = rand(extended(shape), {.dtype = float64}, generator);
  return loc_ + tan(std::numbers::pi * (u - 0.5)).to(loc_.dtype()) * scale_;
}

Tensor Cauchy::log_prob_at(const Tensor& value) const {
  return -std::log(std::numbers::pi) - log(scale_) - log1p(square((value - loc_) / scale_));
}
Tensor Cauchy::cdf_at(const Tensor& value) const { return atan((value - loc_) / scale_) / std::numbers::pi + 0.5; }
Tensor Cauchy::icdf_at(const Tensor& probability) const {
  return tan(std::numbers::pi * (probability - 0.5)) * scale_ + loc_;
}
Tensor Cauchy::entropy_of() const { return std::log(4 * std::numbers::pi) + log(scale_); }
Tensor Cauchy::mean_of() const { return full_like(loc_, std::numeric_limits<double>::quiet_NaN()); }
Tensor Cauchy::mode_of() const { return loc_; }
Tensor Cauchy::variance_of() const { return full_like(loc_, std::numeric_limits<double>::infinity()); }

}  // namespace descent::distributions
