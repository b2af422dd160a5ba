#pragma once

#include "descent/distributions/distribution.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

/// |x| of a Normal(0, scale).
class HalfNormal final : public Distribution {
 public:
  explicit HalfNormal(const Tensor& scale, bool validate_args = true);

  const Tensor& scale() const { return scale_; }
  /// The same, for each element of a larger batch shape, to which this one's broadcasts.
  HalfNormal expand(const Dims& batch_shape) const;
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

  Tensor scale_;
};

}  // namespace distributions
}  // namespace descent
