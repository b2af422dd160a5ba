#include "descent/distributions/gumbel.h"

#include <cmath>
#include <numbers>

#include "descent/create.h"
#include "descent/ops.h"
#include "distributions/parameters.h"

namespace descent::distributions {

Gumbel::Gumbel(const Tensor& loc, const Tensor& scale, bool validate_args)
    : Distribution("Gumbel", common_shape("Gumbel", {loc, scale}), {}, validate_args),
      loc_(alike("Gumbel", loc, {loc, scale})),
      scale_(alike("Gumbel", scale, {loc, scale})) {
  if (!validate_args) return;
  check_real("Gumbel", "loc", loc_);
  check_positive("Gumbel", "scale", scale_);
}

Gumbel Gumbel::expand(const Dims& batch_shape) const {
  return like_this(Gumbel(loc_.expand(batch_shape), scale_.expand(batch_shape), false));
}

void Gumbel::check_value(const Tensor& value) const { check_real("Gumbel", "value", value); }

Tensor Gumbel::draw(const Dims& shape, Generator& generator) const {
  const DType dtype = loc_.dtype();
  const double low = tiny_of(dtype), high = 1 - epsilon_of(dtype);
  const Tensor u = low + rand(extended(shape), {.dtype = dtype}, generator) * (high - low);
  return loc_ - scale_ * log(-log(u));
}

Tensor Gumbel::log_prob_at(const Tensor& value) const {
  const Tensor z = (loc_ - value) / scale_;
  return z - exp(z) - log(scale_);
}
Tensor Gumbel::cdf_at(const Tensor& value) const { return exp(-exp((loc_ - value) / scale_)); }
Tensor Gumbel::icdf_at(const Tensor& probability) const { return loc_ - scale_ * log(-log(probability)); }
Tensor Gumbel::entropy_of() const { return log(scale_) + (1 + std::numbers::egamma); }
Tensor Gumbel::mean_of() const { return loc_ + scale_ * std::numbers::egamma; }
Tensor Gumbel::mode_of() const { return loc_; }
Tensor Gumbel::variance_of() const { return square(stddev()); }
Tensor Gumbel::stddev_of() const { return std::numbers::pi / std::sqrt(6) * scale_; }

}  // namespace descent::distributions
