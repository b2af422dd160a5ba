#pragma once

#include "descent/distributions/distribution.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

/// Density 1 / (pi scale (1 + ((x - loc) / scale)^2)), scale > 0. The mean is NaN, the variance infinite.
class Cauchy final : public Distribution {
 public:
  Cauchy(const Tensor& loc, const Tensor& scale, bool validate_args = true);

  const Tensor& loc() const { return loc_; }
  const Tensor& scale() const { return scale_; }
  /// The same, for each element of a larger batch shape, to which this one's broadcasts.
  Cauchy expand(const Dims& batch_shape) const;
  bool has_rsample() const override { return true; }

 private:
  Tensor draw(const Dims& shape, Generator& generator) const override;
  Tensor log_prob_at(const Tensor& value) const override;
  Tensor cdf_at(const Tensor& value) const override;
  Tensor icdf_at(const Tensor& probability) const override;
  Tensor entropy_of() const override;
  Tensor mean_of() const override;
  Tensor mode_of() const override;
  Tensor variance_of() const override;
  void check_value(const Tensor& value) const override;

  Tensor loc_, scale_;
};

}  // namespace distributions
}  // namespace descent
