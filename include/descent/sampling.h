// Samples of distributions given by tensors; create.h has those of given ones, and tensors have methods that draw into
// them. The numbers are PyTorch's for the same seed. Not differentiable (mean + std * randn_like(mean) is).
#pragma once

#include "descent/create.h"
#include "descent/generator.h"
#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// 1 with the probability that stands there, else 0; of the dtype of `probabilities`, which is floating point.
Tensor bernoulli(const Tensor& probabilities, Generator& generator = default_generator());
/// Of the shape and dtype of x, 1 with probability p.
Tensor bernoulli(const Tensor& x, double p, Generator& generator = default_generator());
/// `num_samples` positions a row of `weights` (a vector or a matrix; not negative, not all zero), drawn in proportion
/// to these; without `replacement` none twice, each among those left.
Tensor multinomial(const Tensor& weights, std::int64_t num_samples, bool replacement = false,
                   Generator& generator = default_generator());
/// Normal, element by element; `mean` and `std` broadcast.
Tensor normal(const Tensor& mean, const Tensor& std, Generator& generator = default_generator());
Tensor normal(double mean, double std, const Dims& shape, TensorOptions options = {},
              Generator& generator = default_generator());

}  // namespace descent
