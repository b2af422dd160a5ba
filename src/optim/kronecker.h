// What Shampoo and SOAP have in common: a matrix for each dimension of a parameter.
#pragma once

#include "descent/create.h"
#include "descent/optim/optimizer.h"

namespace descent::optim {

/// A copy of `fill(n)` for each dimension of size n that is at most `largest`, undefined for the others.
template <class Fill>
std::vector<Tensor> for_each_dim(const Tensor& p, std::int64_t largest, const Fill& fill) {
  std::vector<Tensor> matrices;
  for (int i = 0; i < p.dim(); ++i) matrices.push_back(p.size(i) <= largest ? fill(p.size(i)) : Tensor());
  return matrices;
}

/// The sums, over all other dimensions, of x[.., j, ..] x[.., k, ..]: [n, n] for dimension `i` of size n.
inline Tensor gram(const Tensor& x, std::int64_t i) {
  const Tensor rows = x.transpose(0, i).reshape({x.size(i), -1});
  return matmul(rows, rows.t());
}

/// Dimension `i` of x times `matrix`: sum over j of x[.., j, ..] matrix[j, k].
inline Tensor along(const Tensor& x, std::int64_t i, const Tensor& matrix) {
  return matmul(x.transpose(i, -1), matrix).transpose(i, -1);
}

}  // namespace descent::optim
