#pragma once

#include "descent/distributions/distribution.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

/// Density 1 / (high - low) on [low, high), low < high. log_prob is -inf at `high`. There is no one mode: NaN.
class Uniform final : public Distribution {
 public:
  Uniform(const Tensor& low, const Tensor& high, bool validate_args = true);

  const Tensor& low() const { return low_; }
  const Tensor& high() const { return high_; }
  /// The same, for each element of a larger batch shape, to which this one's broadcasts.
  Uniform expand(const Dims& batch_shape) const;
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

  Tensor low_, high_;
};

}  // namespace distributions
}  // namespace descent
