// Linear algebra: torch.linalg's functions.
//
// Matrices are the last two dimensions, [..., rows, columns], of float32 or float64; those before count a batch, and
// batches of several arguments broadcast. What factors or inverts a matrix computes in float64 and gives its input's
// dtype. Everything is differentiable, twice at least, where it is defined and nothing else is said. Gradients of
// decompositions divide by differences of values: where these are equal, they are infinite or NaN as in PyTorch, but
// finite where 0 is divided. Left out are what gives complex numbers (eig, eigvals) and PyTorch's hermitian=True, a
// faster way for symmetric matrices.
//
// Source: PyTorch's torch.linalg; for gradients, Giles, An extended collection of matrix derivative results for forward
// and reverse mode algorithmic differentiation, 2008.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT linalg {

// Norms.

enum class MatrixNorm : std::uint8_t {
  fro,  // the square root of the sum of the squares
  nuc,  // the sum of the singular values
};
/// (sum |x|^ord)^(1/ord) along `dims`, or over all; ord infinite: the largest |x|, -infinite: the smallest; 0: how many
/// are not 0.
Tensor vector_norm(const Tensor& x, double ord = 2, const Dims& dims = {}, bool keepdim = false);
/// Of the matrices in two dimensions of a. ord 1: the largest sum of a column's |a|, infinite: of a row's, 2: the
/// largest singular value; negative: the smallest ones.
Tensor matrix_norm(const Tensor& a, MatrixNorm ord = MatrixNorm::fro, const Dims& dims = {-2, -1},
                   bool keepdim = false);
Tensor matrix_norm(const Tensor& a, double ord, const Dims& dims = {-2, -1}, bool keepdim = false);
/// vector_norm along one of `dims`, matrix_norm in two; without `dims`, of a vector or a matrix. Without `ord`
/// (std::nullopt), vector_norm with 2 in any `dims`.
Tensor norm(const Tensor& x, std::optional<double> ord = {}, const Dims& dims = {}, bool keepdim = false);
Tensor norm(const Tensor& x, MatrixNorm ord, const Dims& dims = {}, bool keepdim = false);
/// |a| |a^-1| in the norm p; infinite where a has no inverse. p 2, -2 or none: the ratio of the largest and the
/// smallest singular value, or its inverse, of matrices that need not be square.
Tensor cond(const Tensor& a, std::optional<double> p = {});
Tensor cond(const Tensor& a, MatrixNorm p);
/// How many singular values are larger than max(atol, rtol times the largest); int64. `rtol` is, without `atol`,
/// epsilon of the dtype times the longer side, and 0 with it.
Tensor matrix_rank(const Tensor& a, std::optional<double> atol = {}, std::optional<double> rtol = {});

// Solving, inverses and determinants. A matrix without an inverse is an error that says which of the batch it is.

/// x of a x = b, or of x a = b if not `left`. b is [..., n, k], or [..., n] of a's batch: a vector for each matrix.
Tensor solve(const Tensor& a, const Tensor& b, bool left = true);
/// The same where a is triangular: what is not of that triangle is not read, nor the diagonal if `unitriangular`, which
/// is then 1. A 0 on the diagonal gives infinities or NaN.
Tensor solve_triangular(const Tensor& a, const Tensor& b, bool upper, bool left = true, bool unitriangular = false);
Tensor inv(const Tensor& a);
/// Differentiable twice where a is singular, too.
Tensor det(const Tensor& a);
struct Slogdet {
  Tensor sign;       // -1, 0 or 1
  Tensor logabsdet;  // -infinity for sign 0
};
/// det(a) = sign exp(logabsdet), where det would overflow or underflow.
Slogdet slogdet(const Tensor& a);

struct Lstsq {
  Tensor solution;   // [..., n, k]
  Tensor residuals;  // |a x - b|^2 of each column, [..., k], of any rank; empty, [0], unless m > n
  Tensor rank;       // int64, of each a
};
/// The least x that minimises |a x - b|, with a [..., m, n] and b [..., m, k]. Where a is shorter than rcond times its
/// longest direction it counts as 0; by default epsilon of the dtype times max(m, n). PyTorch's driver "gelsy", which
/// leaves out the residuals.
Lstsq lstsq(const Tensor& a, const Tensor& b, std::optional<double> rcond = {});
/// The Moore-Penrose inverse [..., n, m]. Singular values not above max(atol, rtol times the largest) count as 0, with
/// the defaults of matrix_rank.
Tensor pinv(const Tensor& a, std::optional<double> atol = {}, std::optional<double> rtol = {});

// Decompositions. Singular vectors and eigenvectors are unique up to their signs (of equal values: up to a rotation),
// and Descent's signs need not be PyTorch's: what is differentiated must not hang on them. NaN and infinity are an
// error, but in qr.

/// The lower triangular l of a = l l^T, of which the lower triangle is read; `upper`: u of a = u^T u, the upper one.
/// The gradient is symmetric.
Tensor cholesky(const Tensor& a, bool upper = false);
/// x of a x = b, where `factor` is cholesky(a, upper); torch.cholesky_solve.
Tensor cholesky_solve(const Tensor& b, const Tensor& factor, bool upper = false);

enum class QrMode : std::uint8_t { reduced, complete, r };
struct Qr {
  Tensor q;
  Tensor r;
};
/// a [..., m, n] = q r, r upper triangular. reduced: orthonormal columns in q [..., m, min(m, n)]; complete: an
/// orthogonal q [..., m, m], with m > n without a gradient; r: q is empty. Differentiable where the first min(m, n)
/// columns are independent.
Qr qr(const Tensor& a, QrMode mode = QrMode::reduced);

struct Svd {
  Tensor u;   // [..., m, m], or its first k columns
  Tensor s;   // [..., k], k = min(m, n): falling, none negative
  Tensor vh;  // [..., n, n], or its first k rows
};
/// a = u diag(s) vh. The gradient goes through the first k columns and rows alone. PyTorch's full_matrices is true by
/// default, too.
Svd svd(const Tensor& a, bool full_matrices = true);
Tensor svdvals(const Tensor& a);

/// The triangle of a symmetric matrix that is read.
enum class Triangle : std::uint8_t { lower, upper };
struct Eigh {
  Tensor eigenvalues;   // [..., n], rising
  Tensor eigenvectors;  // [..., n, n], orthonormal columns
};
/// a = eigenvectors diag(eigenvalues) eigenvectors^T of a symmetric a; PyTorch's UPLO "L" and "U". The gradient is
/// symmetric.
Eigh eigh(const Tensor& a, Triangle read = Triangle::lower);
Tensor eigvalsh(const Tensor& a, Triangle read = Triangle::lower);

// Powers and products.

/// The sum of a^k / k!.
Tensor matrix_exp(const Tensor& a);
/// a^n; of the inverse for n < 0.
Tensor matrix_power(const Tensor& a, std::int64_t n);
/// The product of two or more matrices, in the order that costs least; the first and the last may be vectors.
Tensor multi_dot(const std::vector<Tensor>& matrices);
/// [..., n, columns] of x^0, x^1, ... for x [..., n]; n columns by default.
Tensor vander(const Tensor& x, std::optional<std::int64_t> columns = {});

}  // namespace linalg
}  // namespace descent
