// Directions of vectors.
#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace descent {

/// The vectors along `dim`, each divided by its length, however long or short it is. One of zeros stays so, and has no
/// gradient.
Tensor unit_vectors(const Tensor& x, std::int64_t dim);

/// An Error unless the tensor, called `role`, is a matrix.
void check_matrix(const char* loss, const char* role, const Tensor& tensor);

}  // namespace descent
