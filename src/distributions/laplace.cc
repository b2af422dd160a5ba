#include "descent/distributions/laplace.h"

#include <numbers>

#include "core/random.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "distributions/parameters.h"

namespace descent::distributions {

Laplace::Laplace(const Tensor& loc, const Tensor& scale, bool validate_args)
    : Distribution("Laplace", common_shape("Laplace", {loc, scale}), {}, validate_args),
      loc_(alike("Laplace", loc, {loc, scale})),
      scale_(alike("Laplace", scale, {loc, scale})) {
  if (!validate_args) return;
  check_real("Laplace", "loc", loc_);
  check_positive("Laplace", "scale", scale_);
}

Laplace Laplace::expand(const Dims& batch_shape) const {
  return like_this(Laplace(loc_.expand(batch_shape), scale_.expand(batch_shape), false));
}

void Laplace::check_value(const Tensor& value) const { check_real("Laplace", "value", value); }

Tensor Laplace::draw(const Dims& shape, Generator& generator) const {
  const DType dtype = loc_.dtype();
  const Tensor u = empty(extended(shape), {.dtype = dtype});
  random::uniform_("Laplace", u, epsilon_of(dtype) - 1, 1, generator);
  return loc_ - scale_ * sign(u) * log1p(-abs(u));
}

Tensor Laplace::log_prob_at(const Tensor& value) const { return -log(2 * scale_) - abs(value - loc_) / scale_; }
Tensor Laplace::cdf_at(const Tensor& value) const {
  const Tensor distance = value - loc_;
  return 0.5 - 0.5 * sign(distance) * expm1(-abs(distance) / scale_);
}
Tensor Laplace::icdf_at(const Tensor& probability) const {
  const Tensor from_middle = probability - 0.5;
  return loc_ - scale_ * sign(from_middle) * log1p(-2 * abs(from_middle));
}
Tensor Laplace::entropy_of() const { return 1 + log(2 * scale_); }
Tensor Laplace::mean_of() const { return loc_; }
Tensor Laplace::mode_of() const { return loc_; }
Tensor Laplace::variance_of() const { return 2 * square(scale_); }
Tensor Laplace::stddev_of() const { return std::numbers::sqrt2 * scale_; }

}  // namespace descent::distributions
