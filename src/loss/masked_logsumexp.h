#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace descent {

/// logsumexp along `dim`, which stays with size 1, of the elements that `mask` picks; -infinity, without a gradient,
/// where it picks none.
Tensor masked_logsumexp(const Tensor& x, const Tensor& mask, std::int64_t dim);

}  // namespace descent
