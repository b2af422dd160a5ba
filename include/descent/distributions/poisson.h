#pragma once

#include "descent/distributions/distribution.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

/// rate^k exp(-rate) / k! for k = 0, 1, ..., rate >= 0. As floating point.
class Poisson final : public Distribution {
 public:
  explicit Poisson(const Tensor& rate, bool validate_args = true);

  const Tensor& rate() const { return rate_; }
  /// The same, for each element of a larger batch shape, to which this one's broadcasts.
  Poisson expand(const Dims& batch_shape) const;

 private:
  Tensor draw(const Dims& shape, Generator& generator) const override;
  Tensor log_prob_at(const Tensor& value) const override;
  Tensor mean_of() const override;
  Tensor mode_of() const override;
  Tensor variance_of() const override;
  void check_value(const Tensor& value) const override;

  Tensor rate_;
};

}  // namespace distributions
}  // namespace descent
