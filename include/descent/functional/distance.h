// Lengths of vectors and distances between them.
#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// x / max(|x|_p, eps): the vectors along `dim` at length 1. Shorter ones than eps are divided by that.
Tensor normalize(const Tensor& x, double p = 2, std::int64_t dim = 1, double eps = 1e-12);

/// sum(a b) / (max(|a|, eps) max(|b|, eps)) along `dim`: the cosine of the angle between vectors. a and b broadcast.
Tensor cosine_similarity(const Tensor& a, const Tensor& b, std::int64_t dim = 1, double eps = 1e-8);

/// |a - b + eps|_p along the last dimension. a and b broadcast.
Tensor pairwise_distance(const Tensor& a, const Tensor& b, double p = 2, double eps = 1e-6, bool keepdim = false);

}  // namespace descent
