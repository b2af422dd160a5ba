// Attention: softmax(scale q k^T + mask) v for a batch of matrices, without the matrix in the middle.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// A batch of matrices: row r of item i begins at element offsets[i] + r * row_stride, its elements side by side.
struct RowBatch {
  const void* data;
  const std::int64_t* offsets;
  std::int64_t row_stride;
};

/// What is added to the scores, a batch of [queries, keys] of any strides: numbers of the scores' type or, `boolean`, 0
/// where true and -infinity where false. No data: nothing.
struct MaskBatch {
  const void* data = nullptr;
  const std::int64_t* offsets = nullptr;
  std::int64_t row_stride = 0, column_stride = 0;
  bool boolean = false;
};

struct Attention {
  DType type;  // float32 or float64
  std::int64_t items, queries, keys, width, value_width;
  RowBatch q, k, v;  // [queries, width], [keys, width], [keys, value_width]
  MaskBatch mask;
  bool causal;  // query i sees keys 0, ..., i
  double scale;
};

// Both take blocks of keys for blocks of queries and keep, of a row of scores, its largest so far and the sum of the
// weights relative to that (Milakov and Gimelshein, arXiv:1805.02867; Dao et al., arXiv:2205.14135). Blocks depend on
// shapes alone: the same bits on any number of threads, and on every target with fused multiply-add.

/// out[items, queries, value_width]; a query without a key gets zeros. Of each query, [items, queries]: the largest
/// score, and the share of the weight that goes to that, so that a weight is share * e^(score - largest). (The
/// logarithm of the sum of all e^score would lose the sum beside a large score.) 0 and 0 without a key.
void attention(const Attention& attention, void* out, void* largest, void* shares);

/// The gradients of q, k and v, [items, rows, columns] each, given that of the result, which lies as `out` does, and
/// what attention() gave.
void attention_gradients(const Attention& attention, const void* out, const void* largest, const void* shares,
                         const void* out_gradient, void* q_gradient, void* k_gradient, void* v_gradient);

}  // namespace descent::kernels
