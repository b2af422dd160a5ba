// Tensors as the kernels of matrix products take them (kernels/matmul.h).
#pragma once

#include <optional>

#include "descent/dims.h"
#include "kernels/matmul.h"

namespace descent {

/// Matrices of one form in memory, each `step` elements after the one before.
struct MatrixBatch {
  kernels::MatrixView matrix;
  std::int64_t step;
};

/// What has these sizes and strides, the last two of them a matrix's, and its element 0 at `data`. None if it lies in
/// another order, so that it must be copied before.
std::optional<MatrixBatch> matrix_batch(const Dims& sizes, const Dims& strides, const void* data);

}  // namespace descent
