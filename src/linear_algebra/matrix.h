// Batches of matrices: what functions of them check and share, and the way to Eigen and back, for ops while they
// compute.
#pragma once

#include <Eigen/Core>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/elements.h"
#include "descent/ops.h"

namespace descent::linalg {

/// An Error unless `a` is [..., rows, columns], float32 or float64; `name` begins the message.
void check_matrices(const char* name, const Tensor& a);
/// The same, and rows = columns.
void check_square(const char* name, const Tensor& a);
/// An Error unless the dtypes are one.
void check_dtypes(const char* name, const Tensor& a, const Tensor& b);

inline Tensor transposed(const Tensor& a) { return transpose(a, -1, -2); }
/// The dimensions before the last two.
inline Dims batch_of(const Tensor& a) {
  const Dims sizes = a.sizes();
  return Dims(std::span(sizes.begin(), sizes.end() - 2));
}
/// Of shape [..., rows, columns].
inline Dims with_matrix(Dims batch, std::int64_t rows, std::int64_t columns) {
  batch.push_back(rows);
  batch.push_back(columns);
  return batch;
}
/// Both with the batch to which theirs broadcast.
void broadcast_batches(const char* name, Tensor& a, Tensor& b);
/// Identity matrices of the size of a's.
Tensor identity_like(const Tensor& a);
/// x / y, and 0 for 0 / 0.
Tensor quotient(const Tensor& x, const Tensor& y);
/// What counts as 0 beside a largest value of 1, unless the caller says: epsilon times the longer side.
double relative_tolerance(const Tensor& a);

// Functions that others of them are made of, in their names.

/// a^-1; `name` begins the error where there is none, and without a name there are infinities or NaN.
Tensor inverse(const Tensor& a, const char* name);
/// The Moore-Penrose inverse.
Tensor pseudoinverse(const Tensor& a, double atol, double rtol);

inline namespace compute {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Matrices = std::vector<Eigen::Map<const Matrix>>;

/// "matrix 2 of the batch", or "the matrix" if there is but one.
std::string which_matrix(const TensorImpl& a, std::int64_t i);
/// An Error unless all elements are finite.
void check_finite(const char* name, const TensorImpl& a, std::int64_t i, const Eigen::Map<const Matrix>& matrix);

/// Writes `matrix` over the i-th of a batch.
void store(const Matrix& matrix, const TensorImpl& batch, std::int64_t i);

/// The result of an op, [..., rows, columns] where `inputs` have the batch "...": f(i, the i-th matrices of all
/// inputs), in float64.
template <class F>
void each_matrix(std::initializer_list<const Tensor*> inputs, std::int64_t rows, std::int64_t columns, DType dtype,
                 Output& out, const F& f) {
  const Dims batch = batch_of(**inputs.begin());
  const TensorImpl& result = out.make(with_matrix(batch, rows, columns), dtype);
  if (result.numel == 0) return;
  std::vector<Tensor> wide;
  for (const Tensor* input : inputs) {
    wide.push_back(input->impl()->dtype == float64 ? row_major(*input) : convert_elements(*input->impl(), float64));
  }
  for (std::int64_t i = 0; i < numel_of(batch); ++i) {
    Matrices matrices;
    for (const Tensor& input : wide) {
      const std::int64_t height = input.size(-2), width = input.size(-1);
      matrices.emplace_back(elements_of<double>(input) + i * height * width, height, width);
    }
    store(f(i, matrices), result, i);
  }
}

}  // namespace compute

}  // namespace descent::linalg
