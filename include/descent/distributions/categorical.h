#pragma once

#include "descent/distributions/distribution.h"
#include "descent/distributions/probabilities.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

/// One of the classes 0 to K - 1 (int64), which stand along the last dimension of the parameters: {.probs = p}, which
/// are divided by their sum, or {.logits = x}, which stand for softmax(x). Mean and variance
/// are NaN: classes are no numbers.
class Categorical final : public Distribution {
 public:
  explicit Categorical(const Probabilities& parameters, bool validate_args = true);

  /// Adding up to 1.
  Tensor probs() const;
  /// Their logarithms.
  Tensor logits() const;
  std::int64_t class_count() const;
  /// The same, for each element of a larger batch shape, to which this one's broadcasts.
  Categorical expand(const Dims& batch_shape) const;
  /// All classes, along a new first dimension.
  Tensor enumerate_support() const;

 private:
  Tensor draw(const Dims& shape, Generator& generator) const override;
  Tensor log_prob_at(const Tensor& value) const override;
  Tensor entropy_of() const override;
  Tensor mean_of() const override;
  Tensor mode_of() const override;
  Tensor variance_of() const override;
  void check_value(const Tensor& value) const override;

  Probabilities given_;  // of sum 1, or its logarithm
};

}  // namespace distributions
}  // namespace descent
