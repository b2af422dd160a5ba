#pragma once

#include "descent/distributions/distribution.h"
#include "descent/distributions/probabilities.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

/// How often one fails before the first success, of probability p: (1 - p)^k p for k = 0, 1, ... As floating point.
/// {.probs = p} or {.logits = log(p / (1 - p))}, p > 0.
class Geometric final : public Distribution {
 public:
  explicit Geometric(const Probabilities& parameters, bool validate_args = true);

  Tensor probs() const;
  Tensor logits() const;
  /// The same, for each element of a larger batch shape, to which this one's broadcasts.
  Geometric expand(const Dims& batch_shape) const;

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
