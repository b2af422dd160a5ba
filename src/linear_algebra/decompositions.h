// Decompositions of dense matrices, by Eigen. Each is an op that computes in float64 and has no
// gradient.
#pragma once

#include "descent/tensor.h"

namespace descent {

/// a = u diag(s) v^T with orthonormal columns in u [rows, k] and v [columns, k], k = min(rows, columns).
struct Svd {
  Tensor u;
  Tensor s;  // falling, none negative
  Tensor v;
};
/// The thin singular value decomposition of a [rows, columns], all of whose elements are finite.
Svd svd(const Tensor& a);

/// a = vectors diag(values) vectors^T.
struct Eigh {
  Tensor values;   // rising
  Tensor vectors;  // orthonormal columns
};
/// The eigenvalues and eigenvectors of a symmetric a [n, n], all of whose elements are finite; only its lower triangle
/// is read.
Eigh eigh(const Tensor& a);

/// a = q r with orthonormal columns in q [rows, k] and r [k, columns] upper triangular, k = min(rows, columns).
struct Qr {
  Tensor q;
  Tensor r;
};
/// The thin QR decomposition of a [rows, columns], all of whose elements are finite.
Qr qr(const Tensor& a);

}  // namespace descent
