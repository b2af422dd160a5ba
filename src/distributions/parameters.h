// Parameters of distributions: as they are kept, and what they must be.
#pragma once

#include <initializer_list>

#include "core/tensor_impl.h"
#include "descent/distributions/probabilities.h"
#include "descent/tensor.h"

namespace descent::distributions {

/// The shape that the parameters of distribution `name` broadcast to.
Dims common_shape(const char* name, std::initializer_list<Tensor> parameters);
/// `parameter` in the common shape of these, and in the dtype that they have together, float32 for numbers.
Tensor alike(const char* name, const Tensor& parameter, std::initializer_list<Tensor> parameters);

/// The one of the two that is given; an Error unless exactly one is.
const Tensor& given_of(const char* name, const Probabilities& parameters);
/// The same in the form of parameters.
Probabilities alike(const char* name, const Probabilities& parameters);
/// Those of a larger shape.
Probabilities expand(const Probabilities& parameters, const Dims& shape);

/// Checks of parameters and values: that none is NaN; that all are greater than 0; that 0 <= x <= 1.
void check_real(const char* name, const char* role, const Tensor& x);
void check_positive(const char* name, const char* role, const Tensor& x);
void check_probability(const char* name, const char* role, const Tensor& x);

/// The smallest normal number of a dtype, and the largest number.
double tiny_of(DType dtype);
double largest_of(DType dtype);

/// Probabilities away from 0 and 1, where logarithms are infinite.
Tensor clamp_probs(const Tensor& probs);
/// log(p / (1 - p)), and back, of the one that is given.
Tensor logits_of(const Probabilities& parameters);
Tensor probs_of(const Probabilities& parameters);
/// -(t log p + (1 - t) log(1 - p)) with p = sigmoid(logits).
Tensor binary_cross_entropy_of(const Tensor& logits, const Tensor& target);

Dims joined(Dims a, const Dims& b);

}  // namespace descent::distributions
