#include "distributions/parameters.h"

#include <limits>

#include "core/promotion.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "ops/check.h"

namespace descent::distributions {

Dims common_shape(const char* name, std::initializer_list<Tensor> parameters) {
  Dims shape;
  for (const Tensor& parameter : parameters) shape = broadcast_shapes(name, shape, impl_of(parameter, name).sizes);
  return shape;
}

Tensor alike(const char* name, const Tensor& parameter, std::initializer_list<Tensor> parameters) {
  std::vector<const Tensor*> tensors;
  for (const Tensor& tensor : parameters) {
    if (!impl_of(tensor, name).is_number) tensors.push_back(&tensor);
  }
  DType dtype = tensors.empty() ? float32 : promoted_dtype(tensors);
  const bool among_numbers = tensors.size() < parameters.size();
  if (among_numbers && !is_floating_point(dtype)) dtype = float32;
  if (!is_floating_point(dtype)) fail(name, ": wants floating point parameters, not ", dtype);
  const Dims shape = common_shape(name, parameters);
  if (parameter.impl()->is_number) return full(shape, parameter, {.dtype = dtype});
  return parameter.to(dtype).expand(shape);
}

const Tensor& given_of(const char* name, const Probabilities& parameters) {
  if (parameters.probs.defined() == parameters.logits.defined()) fail(name, ": wants probs or logits, one of the two");
  return parameters.probs.defined() ? parameters.probs : parameters.logits;
}

Probabilities alike(const char* name, const Probabilities& parameters) {
  const Tensor& given = given_of(name, parameters);
  const Tensor result = alike(name, given, {given});
  return parameters.probs.defined() ? Probabilities{.probs = result} : Probabilities{.logits = result};
}

Probabilities expand(const Probabilities& parameters, const Dims& shape) {
  return parameters.probs.defined() ? Probabilities{.probs = parameters.probs.expand(shape)}
                                    : Probabilities{.logits = parameters.logits.expand(shape)};
}

void check_real(const char* name, const char* role, const Tensor& x) {
  check(x, x == x, {name, role, "must be a number"});
}
void check_positive(const char* name, const char* role, const Tensor& x) {
  check(x, x > 0, {name, role, "must be greater than 0"});
}
void check_probability(const char* name, const char* role, const Tensor& x) {
  check(x, x >= 0 && x <= 1, {name, role, "must be at least 0 and at most 1"});
}

double tiny_of(DType dtype) {
  return dtype == float32 ? std::numeric_limits<float>::min() : std::numeric_limits<double>::min();
}
double largest_of(DType dtype) {
  return dtype == float32 ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
}

Tensor clamp_probs(const Tensor& probs) {
  const double epsilon = epsilon_of(probs.dtype());
  return clamp(probs, epsilon, 1 - epsilon);
}

Tensor logits_of(const Probabilities& parameters) {
  if (parameters.logits.defined()) return parameters.logits;
  const Tensor p = clamp_probs(parameters.probs);
  return log(p) - log1p(-p);
}

Tensor probs_of(const Probabilities& parameters) {
  return parameters.probs.defined() ? parameters.probs : sigmoid(parameters.logits);
}

Tensor binary_cross_entropy_of(const Tensor& logits, const Tensor& target) {
  return (1 - target) * logits - log_sigmoid(logits);
}

Dims joined(Dims a, const Dims& b) {
  for (const std::int64_t size : b) a.push_back(size);
  return a;
}

}  // namespace descent::distributions
