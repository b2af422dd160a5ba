#include "descent/distributions/categorical.h"

#include <limits>

#include "core/promotion.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "descent/sampling.h"
#include "distributions/parameters.h"
#include "ops/check.h"

namespace descent::distributions {
namespace {

Dims without_last(Dims dims) {
  if (dims.empty()) fail("Categorical: the classes stand along the last dimension of the parameters; there is none");
  dims.erase(dims.size() - 1);
  return dims;
}

Probabilities normalized(const Probabilities& parameters) {
  const Probabilities given = alike("Categorical", parameters);
  if (given.probs.defined()) return {.probs = given.probs / sum(given.probs, -1, /*keepdim=*/true)};
  return {.logits = given.logits - logsumexp(given.logits, -1, /*keepdim=*/true)};
}

}  // namespace

Categorical::Categorical(const Dims& batch_shape, const Probabilities& normalized, bool validate_args)
    : Distribution("Categorical", batch_shape, {}, validate_args), given_(normalized) {}

Categorical::Categorical(const Probabilities& parameters, bool validate_args)
    : Categorical(without_last(impl_of(given_of("Categorical", parameters), "Categorical").sizes),
                  normalized(parameters), validate_args) {
  if (!validate_args) return;
  if (given_.probs.defined())
    check_probability("Categorical", "probability", given_.probs);
  else
    check_real("Categorical", "logit", given_.logits);
}

Tensor Categorical::probs() const { return given_.probs.defined() ? given_.probs : softmax(given_.logits, -1); }
Tensor Categorical::logits() const { return given_.logits.defined() ? given_.logits : log(clamp_probs(given_.probs)); }
std::int64_t Categorical::class_count() const { return given_of(name(), given_).size(-1); }

Categorical Categorical::expand(const Dims& batch_shape) const {
  return Categorical(batch_shape, distributions::expand(given_, joined(batch_shape, class_count())), validates_args());
}

Tensor Categorical::enumerate_support() const {
  Dims shape = Dims::filled(batch_shape().size() + 1, 1);
  shape[0] = class_count();
  return arange(class_count()).reshape(shape).expand(joined(class_count(), batch_shape()));
}

void Categorical::check_value(const Tensor& value) const {
  const Tensor is_class = value >= 0 && value < class_count();
  check(value, is_floating_point(value.dtype()) ? is_class && value == floor(value) : is_class,
        {"Categorical", "value", "must be a class, from 0 to %", class_count() - 1});
}

Tensor Categorical::draw(const Dims& shape, Generator& generator) const {
  const Dims sizes = extended(shape);
  if (numel_of(sizes) == 0) return zeros(sizes, {.dtype = int64});
  const Tensor rows = probs().reshape({-1, class_count()});
  return multinomial(rows, numel_of(shape), /*replacement=*/true, generator).t().reshape(sizes);
}

Tensor Categorical::log_prob_at(const Tensor& value) const {
  const Dims shape = broadcast_shapes("Categorical", value.sizes(), batch_shape());
  const Tensor index = value.to(int64).expand(shape).unsqueeze(-1);
  return gather(logits().expand(joined(shape, class_count())), -1, index).squeeze(-1);
}

Tensor Categorical::entropy_of() const {
  const Tensor bounded = clamp_min(logits(), -largest_of(given_of(name(), given_).dtype()));
  return -sum(bounded * probs(), -1);
}
Tensor Categorical::mean_of() const {
  return full(batch_shape(), std::numeric_limits<double>::quiet_NaN(), {.dtype = given_of(name(), given_).dtype()});
}
Tensor Categorical::mode_of() const { return argmax(probs(), -1); }
Tensor Categorical::variance_of() const { return mean_of(); }

}  // namespace descent::distributions
