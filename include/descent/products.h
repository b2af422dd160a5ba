// Products of vectors and matrices beside matmul and einsum, and distances between vectors; what is said in ops.h holds
// here. Where a name says what shapes are wanted, others are refused: matmul broadcasts.
#pragma once

#include <optional>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// Of two vectors, the sum of products.
Tensor dot(const Tensor& a, const Tensor& b);
/// The same: no element is complex.
Tensor vdot(const Tensor& a, const Tensor& b);
/// Sums of products along the last dimensions; a product, if one is a number.
Tensor inner(const Tensor& a, const Tensor& b);
/// Of two vectors, the matrix of products.
Tensor outer(const Tensor& a, const Tensor& b);
/// Of a matrix and a vector, of two matrices, of two batches of matrices.
Tensor mv(const Tensor& a, const Tensor& b);
Tensor mm(const Tensor& a, const Tensor& b);
Tensor bmm(const Tensor& a, const Tensor& b);

// beta * x + alpha * (the product of a and b); x broadcasts, and beta = 0 leaves it out, NaN included.
/// Of two vectors, outer.
Tensor addr(const Tensor& x, const Tensor& a, const Tensor& b, double beta = 1, double alpha = 1);
Tensor addmv(const Tensor& x, const Tensor& a, const Tensor& b, double beta = 1, double alpha = 1);
Tensor addmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta = 1, double alpha = 1);
Tensor baddbmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta = 1, double alpha = 1);
/// Of batches of matrices, summed over the batch.
Tensor addbmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta = 1, double alpha = 1);

/// The sum of a matrix's diagonal.
Tensor trace(const Tensor& x);
/// The Kronecker product: every element of a times all of b, at most 4 dimensions.
Tensor kron(const Tensor& a, const Tensor& b);
/// Sums of products over these dimensions of a and of b, or over the last `dims` of a and the first of b. The result
/// has the others, a's first.
Tensor tensordot(const Tensor& a, const Tensor& b, std::int64_t dims = 2);
Tensor tensordot(const Tensor& a, const Tensor& b, const Dims& dims_a, const Dims& dims_b);
/// The vector product along `dim`, of size 3; the first such dimension, if none is given. Both must have one rank.
Tensor cross(const Tensor& a, const Tensor& b, std::optional<std::int64_t> dim = {});

/// |a[..., i, :] - b[..., j, :]|_p at [..., i, j]: the distances of all rows, batches broadcasting. They are computed
/// from differences, so that near ones are exact too; the gradient at distance 0 is 0. p = 0 counts the numbers that
/// differ, without a gradient.
Tensor cdist(const Tensor& a, const Tensor& b, double p = 2);

}  // namespace descent
