// What reduce.cc asks of each target.
#pragma once

#include <algorithm>
#include <cstdint>

#include "descent/dtype.h"
#include "kernels/reduce.h"

namespace descent::kernels {

/// A sum, product, maximum or minimum of one element type on one target. The values to reduce are seen as rows of at
/// most kStripBytes, combined column by column in a fixed tree: blocks of 16 rows one after another, then blocks in
/// pairs, pairs of pairs, and so on, the first of a pair always on the left.
struct ReduceKernels {
  /// out[0, width) = the tree over `rows` rows that begin `stride` apart, and a last row that has `rest` of the
  /// columns.
  void (*combine_rows)(const void* in, std::int64_t rows, std::int64_t stride, std::int64_t width, std::int64_t rest,
                       void* out);
  /// The same with blocks of one row: the upper levels of the tree, over rows that are the results of whole subtrees.
  void (*combine_subtrees)(const void* in, std::int64_t rows, std::int64_t stride, std::int64_t width,
                           std::int64_t rest, void* out);
  /// out[0, inner) = the halving tree over `count` groups of `inner` values, which it overwrites.
  void (*fold)(void* groups, std::int64_t count, std::int64_t inner, void* out);
  /// Reduces `rows` rows of n <= kLaneBytes values each: combine_rows and fold in registers.
  void (*short_rows)(const void* in, std::int64_t rows, std::int64_t n, void* out);
};

/// Narrow data is seen as rows of this many bytes, whole groups of `inner` values side by side: the virtual lanes.
inline constexpr std::int64_t kLaneBytes = 256;
/// Wide data is cut into strips of this many bytes.
inline constexpr std::int64_t kStripBytes = 4096;
inline constexpr std::int64_t kBlockRows = 16;

/// How [n, inner] is seen as rows: for few columns, `fold` groups of `inner` values make one row of `width` columns.
struct RowLayout {
  std::int64_t size;  // of an element
  std::int64_t inner;
  std::int64_t fold;
  std::int64_t count;
  std::int64_t stride;
  std::int64_t rest;  // columns of a last row that is not full

  RowLayout(std::int64_t element_size, std::int64_t n, std::int64_t columns) : size(element_size), inner(columns) {
    const std::int64_t lanes = kLaneBytes / size;
    fold = inner == 1 ? lanes : inner <= lanes / 2 ? std::min(lanes / inner, n) : 1;
    count = n / fold;
    stride = fold * inner;
    rest = n % fold * inner;
  }

  std::int64_t strip() const { return std::min(stride, kStripBytes / size); }
  std::int64_t strips() const { return (stride + strip() - 1) / strip(); }
};

const ReduceKernels& reduce_kernels(std::int64_t target, ReduceOp reduction, DType type);

/// out[r] = the position of the first largest (or smallest) value of row r of in [rows, n]; a NaN wins.
using ArgReduceRows = void (*)(const void* in, std::int64_t rows, std::int64_t n, std::int64_t* out);
/// The same of columns [0, width) of in [n, inner].
using ArgReduceColumns = void (*)(const void* in, std::int64_t n, std::int64_t inner, std::int64_t width,
                                  std::int64_t* out);
struct ArgReduceKernels {
  ArgReduceRows rows;
  ArgReduceColumns columns;
};
const ArgReduceKernels& arg_reduce_kernels(std::int64_t target, ReduceOp reduction, DType type);

/// reduce() on a target of choice: the tests compare the bits of one against another.
void reduce_of_target(std::int64_t target, ReduceOp reduction, DType type, const void* in, std::int64_t outer,
                      std::int64_t n, std::int64_t inner, void* out);

}  // namespace descent::kernels
