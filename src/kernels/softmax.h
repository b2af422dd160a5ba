// Softmax and its logarithm of rows, cross-entropies, and their gradients: float32 and float64, contiguous. A row is
// read from memory once. The same bits as the elementwise kernels and reductions that they would otherwise be made of.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// y = e^(x - m) (1 / sum(e^(x - m))) for each of `rows` rows of n >= 1 values, m the largest of the row.
void softmax_rows(DType type, std::int64_t rows, std::int64_t n, const void* x, void* y);
/// y = x - m - log(sum(e^(x - m))).
void log_softmax_rows(DType type, std::int64_t rows, std::int64_t n, const void* x, void* y);

/// From g, the gradient of y: y (g - sum(g y)).
void softmax_rows_backward(DType type, std::int64_t rows, std::int64_t n, const void* g, const void* y, void* dx);
/// g - e^y sum(g).
void log_softmax_rows_backward(DType type, std::int64_t rows, std::int64_t n, const void* g, const void* y, void* dx);

/// Of the cross-entropy of rows with one class each, 0 <= classes[r] < n: out[0, r] = log(sum(e^(x - m))) -
/// (x[classes[r]]
/// - m), and what the gradient needs again, out[1, r] = m and out[2, r] = log(sum(e^(x - m))).
void class_losses(DType type, std::int64_t rows, std::int64_t n, const void* x, const std::int64_t* classes, void* out);
/// From g, the gradient of out[0, :]: (e^(x - out[1, r] - out[2, r]) - 1 at the class) g[r].
void class_losses_backward(DType type, std::int64_t rows, std::int64_t n, const void* g, const void* x,
                           const std::int64_t* classes, const void* out, void* dx);

}  // namespace descent::kernels
