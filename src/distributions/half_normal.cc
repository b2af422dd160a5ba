#include "descent/distributions/half_normal.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "descent/create.h"
#include "descent/distributions/normal.h"
#include "descent/ops.h"
#include "distributions/parameters.h"
#include "ops/check.h"

namespace descent::distributions {

HalfNormal::HalfNormal(const Tensor& scale, bool validate_args)
    : Distribution("HalfNormal", common_shape("HalfNormal", {scale}), {}, validate_args),
      scale_(alike("HalfNormal", scale, {scale})) {
  if (!validate_args) return;
  check_positive("HalfNormal", "scale", scale_);
}

HalfNormal HalfNormal::expand(const Dims& batch_shape) const {
  return like_this(HalfNormal(scale_.expand(batch_shape), false));
}

void HalfNormal::check_value(const Tensor& value) const {
  check(value, value >= 0, {"HalfNormal", "value", "must be at least 0"});
}

Tensor HalfNormal::draw(const Dims& shape, Generator& generator) const {
  return abs(Normal(0.0, scale_, false).rsample(shape, generator));
}

Tensor HalfNormal::log_prob_at(const Tensor& value) const {
  const Tensor inside = Normal(0.0, scale_, false).log_prob(value) + std::numbers::ln2;
  return where(value >= 0, inside, -std::numeric_limits<double>::infinity());
}
Tensor HalfNormal::cdf_at(const Tensor& value) const { return 2 * Normal(0.0, scale_, false).cdf(value) - 1; }
Tensor HalfNormal::icdf_at(const Tensor& probability) const {
  return Normal(0.0, scale_, false).icdf((probability + 1) / 2);
}
Tensor HalfNormal::entropy_of() const { return Normal(0.0, scale_, false).entropy() - std::numbers::ln2; }
Tensor HalfNormal::mean_of() const { return scale_ * std::sqrt(2 / std::numbers::pi); }
Tensor HalfNormal::mode_of() const { return zeros_like(scale_); }
Tensor HalfNormal::variance_of() const { return square(scale_) * (1 - 2 / std::numbers::pi); }

}  // namespace descent::distributions
