// Functions that join tensors, take them apart, and move, turn or repeat what is in them, beside those of ops.h; what
// is said there holds here.
#pragma once

#include <optional>
#include <vector>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// The slices along `dim`, without that dimension.
std::vector<Tensor> unbind(const Tensor& x, std::int64_t dim = 0);
/// Dimension `dim` as several, of `sizes`, one of which may be -1.
Tensor unflatten(const Tensor& x, std::int64_t dim, const Dims& sizes);
/// The dimensions `source` moved to the places `destination`; the others stay in order.
Tensor movedim(const Tensor& x, const Dims& source, const Dims& destination);
/// movedim under NumPy's name.
Tensor moveaxis(const Tensor& x, const Dims& source, const Dims& destination);
/// transpose under NumPy's names.
Tensor swapaxes(const Tensor& x, std::int64_t axis0, std::int64_t axis1);
Tensor swapdims(const Tensor& x, std::int64_t dim0, std::int64_t dim1);
/// With leading dimensions of size 1 up to rank 1 or 2; to rank 3, a vector becomes [1, n, 1], a matrix [m, n, 1].
Tensor atleast_1d(const Tensor& x);
Tensor atleast_2d(const Tensor& x);
Tensor atleast_3d(const Tensor& x);
/// expand under NumPy's name.
Tensor broadcast_to(const Tensor& x, const Dims& shape);
/// All expanded to the shape to which they broadcast.
std::vector<Tensor> broadcast_tensors(const std::vector<Tensor>& tensors);

/// Joined side by side: along dimension 1, vectors along 0.
Tensor hstack(const std::vector<Tensor>& tensors);
/// Joined along dimension 0 of atleast_2d.
Tensor vstack(const std::vector<Tensor>& tensors);
/// Joined along dimension 2 of atleast_3d.
Tensor dstack(const std::vector<Tensor>& tensors);
/// hstack in which vectors are columns.
Tensor column_stack(const std::vector<Tensor>& tensors);
/// A matrix of these (matrices, or vectors and numbers as rows) along its diagonal, zeros elsewhere.
Tensor block_diag(const std::vector<Tensor>& tensors);

/// `repeats` copies along each dimension; fewer numbers than dimensions leave the leading ones as they are.
Tensor tile(const Tensor& x, const Dims& repeats);
/// Each slice along `dim` (each element of the flattened x, if none is given) `repeats` times in a row.
Tensor repeat_interleave(const Tensor& x, std::int64_t repeats, std::optional<std::int64_t> dim = {});
/// The same, a number (int64) for each slice, or one for all. The length of the result is their sum, which is read from
/// them unless `output_size` says it.
Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, std::optional<std::int64_t> dim = {},
                         std::optional<std::int64_t> output_size = {});
/// Position i, repeats[i] times.
Tensor repeat_interleave(const Tensor& repeats);

/// Left and right exchanged (dimension 1), and up and down (dimension 0).
Tensor fliplr(const Tensor& x);
Tensor flipud(const Tensor& x);
/// Turned by 90 degrees `k` times, from the first of two dimensions towards the second.
Tensor rot90(const Tensor& x, std::int64_t k = 1, const Dims& dims = {0, 1});

/// Of a vector, the matrix with it on the diagonal; of a matrix, a copy of its diagonal. `offset` counts the diagonals
/// above the main one.
Tensor diag(const Tensor& x, std::int64_t offset = 0);
/// The last dimension of x on the diagonals of matrices that lie in dimensions `dim1` and `dim2` of the result.
Tensor diag_embed(const Tensor& x, std::int64_t offset = 0, std::int64_t dim1 = -2, std::int64_t dim2 = -1);
/// diag of the flattened x.
Tensor diagflat(const Tensor& x, std::int64_t offset = 0);

}  // namespace descent
