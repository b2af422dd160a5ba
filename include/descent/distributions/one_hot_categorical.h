#pragma once

#include "descent/distributions/categorical.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

/// A Categorical whose samples are vectors of a 1 at the class and 0 elsewhere, in the dtype of the parameters.
class OneHotCategorical final : public Distribution {
 public:
  explicit OneHotCategorical(const Probabilities& parameters, bool validate_args = true);

  Tensor probs() const { return categorical_.probs(); }
  Tensor logits() const { return categorical_.logits(); }
  const Categorical& categorical() const { return categorical_; }
  /// The same, for each element of a larger batch shape, to which this one's broadcasts.
  OneHotCategorical expand(const Dims& batch_shape) const;
  /// All vectors, along a new first dimension.
  Tensor enumerate_support() const;

 private:
  OneHotCategorical(Categorical categorical);

  Tensor draw(const Dims& shape, Generator& generator) const override;
  Tensor log_prob_at(const Tensor& value) const override;
  Tensor entropy_of() const override;
  Tensor mean_of() const override;
  Tensor mode_of() const override;
  Tensor variance_of() const override;
  void check_value(const Tensor& value) const override;

  Categorical categorical_;
};

}  // namespace distributions
}  // namespace descent
