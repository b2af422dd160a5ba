// Random draws that several distributions share, with PyTorch's numbers.
#pragma once

#include "descent/generator.h"
#include "descent/tensor.h"

namespace descent::distributions {

/// 1 with the probability that stands there, else 0, in the dtype of `probs`.
Tensor draw_bernoulli(const Tensor& probs, Generator& generator);
/// `count` >= 1 classes (int64) for each row of `probs` [rows, classes], which add up to 1: [rows, count].
Tensor draw_classes(const Tensor& probs, std::int64_t count, Generator& generator);
/// Exponential of rate 1.
Tensor draw_exponential(const Dims& shape, DType dtype, Generator& generator);

}  // namespace descent::distributions
