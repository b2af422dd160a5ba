#pragma once

#include "descent/distributions/distribution.h"
#include "descent/distributions/probabilities.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

/// 1 with probability p, else 0, as floating point. {.probs = p} or {.logits = log(p / (1 - p))}. The mode is NaN where
/// p = 1/2.
class Bernoulli final : public Distribution {
 public:
  explicit Bernoulli(const Probabilities& parameters, bool validate_args = true);

  Tensor probs() const;
  Tensor logits() const;
  /// The same, for each element of a larger batch shape, to which this one's broadcasts.
  Bernoulli expand(const Dims& batch_shape) const;
  /// 0 and 1, along a new first dimension.
  Tensor enumerate_support() const;

 private:
  Tensor draw(const Dims& shape, Generator& generator) const override;
  Tensor log_prob_at(const Tensor& value) const override;
  Tensor entropy_of() const override;
  Tensor mean_of() const override;
  Tensor mode_of() const override;
  Tensor variance_of() const override;
  void check_value(const Tensor& value) const override;

  Probabilities given_;
};

}  // namespace distributions
}  // namespace descent
