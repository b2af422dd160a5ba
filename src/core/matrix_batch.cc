#include "core/matrix_batch.h"

#include <algorithm>

namespace descent {
namespace {

// The distance between the matrices of a batch, if one number says it.
std::optional<std::int64_t> step_of(const Dims& sizes, const Dims& strides) {
  std::int64_t count = 1;
  std::optional<std::int64_t> step;
  for (int d = sizes.size() - 3; d >= 0; --d) {
    if (sizes[d] == 1) continue;
    if (!step) step = strides[d];
    if (strides[d] != *step * count) return {};
    count *= sizes[d];
  }
  return step.value_or(0);
}

}  // namespace

std::optional<MatrixBatch> matrix_batch(const Dims& sizes, const Dims& strides, const void* data) {
  const int rank = sizes.size();
  const std::int64_t rows = sizes[rank - 2], columns = sizes[rank - 1];
  const std::int64_t down = strides[rank - 2], right = strides[rank - 1];
  const std::optional<std::int64_t> step = step_of(sizes, strides);
  if (!step) return {};
  if ((right == 1 || columns == 1) && (down >= columns || rows == 1))
    return MatrixBatch{{data, std::max(down, columns), false}, *step};
  if ((down == 1 || rows == 1) && (right >= rows || columns == 1))
    return MatrixBatch{{data, std::max(right, rows), true}, *step};
  return {};
}

}  // namespace descent
