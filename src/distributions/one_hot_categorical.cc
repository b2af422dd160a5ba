#include "descent/distributions/one_hot_categorical.h"

#include "descent/create.h"
#include "descent/ops.h"
#include "distributions/parameters.h"
#include "ops/check.h"

namespace descent::distributions {

OneHotCategorical::OneHotCategorical(Categorical categorical)
    : Distribution("OneHotCategorical", categorical.batch_shape(), categorical.class_count(),
                   categorical.validates_args()),
      categorical_(std::move(categorical)) {}

OneHotCategorical::OneHotCategorical(const Probabilities& parameters, bool validate_args) try
    : OneHotCategorical(Categorical(parameters, validate_args)) {
} catch (const Error& error) {
  fail_as("OneHotCategorical", error);
}

OneHotCategorical OneHotCategorical::expand(const Dims& batch_shape) const {
  return OneHotCategorical(categorical_.expand(batch_shape));
}

Tensor OneHotCategorical::enumerate_support() const {
  const std::int64_t classes = categorical_.class_count();
  Dims shape = Dims::filled(batch_shape().size() + 2, 1);
  shape[0] = shape[shape.size() - 1] = classes;
  return eye(classes, {.dtype = probs().dtype()})
      .reshape(shape)
      .expand(joined(joined(classes, batch_shape()), classes));
}

void OneHotCategorical::check_value(const Tensor& value) const {
  check(value, value == 0 || value == 1, {"OneHotCategorical", "value", "must be 0 or 1"});
  const Tensor ones = sum(value, -1);
  check(ones, ones == 1, {"OneHotCategorical", "sum", "of a value must be 1"});
}

Tensor OneHotCategorical::draw(const Dims& shape, Generator& generator) const {
  return one_hot(categorical_.sample(shape, generator), categorical_.class_count()).to(probs().dtype());
}

Tensor OneHotCategorical::log_prob_at(const Tensor& value) const { return categorical_.log_prob(argmax(value, -1)); }
Tensor OneHotCategorical::entropy_of() const { return categorical_.entropy(); }
Tensor OneHotCategorical::mean_of() const { return probs(); }
Tensor OneHotCategorical::mode_of() const {
  return one_hot(categorical_.mode(), categorical_.class_count()).to(probs().dtype());
}
Tensor OneHotCategorical::variance_of() const {
  const Tensor p = probs();
  return p * (1 - p);
}

}  // namespace descent::distributions
