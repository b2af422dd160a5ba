// Distances between the rows of two matrices.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// out[k, i, j] = the Euclidean distance of a[k, i, :] and b[k, j, :]: a [batch, rows, width], b [batch, columns,
/// width]. float32, float64.
void euclidean_distances(DType type, const void* a, const void* b, std::int64_t batch, std::int64_t rows,
                         std::int64_t columns, std::int64_t width, void* out);

/// out[k, i, :] = sum over j of weights[k, i, j] * (a[k, i, :] - b[k, j, :]).
void weighted_differences(DType type, const void* weights, const void* a, const void* b, std::int64_t batch,
                          std::int64_t rows, std::int64_t columns, std::int64_t width, void* out);

}  // namespace descent::kernels
