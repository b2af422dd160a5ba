#include "linear_algebra/matrix.h"

#include "core/promotion.h"
#include "descent/create.h"

namespace descent::linalg {

void check_matrices(const char* name, const Tensor& a) {
  const TensorImpl& input = impl_of(a, name);
  if (input.sizes.size() < 2) fail(name, ": a has shape ", input.sizes, "; wanted [..., rows, columns]");
  if (!is_floating_point(input.dtype)) fail(name, ": a is ", input.dtype, "; wanted float32 or float64");
}

void check_square(const char* name, const Tensor& a) {
  check_matrices(name, a);
  if (a.size(-1) != a.size(-2)) fail(name, ": a has shape ", a.sizes(), "; wanted square matrices");
}

void check_dtypes(const char* name, const Tensor& a, const Tensor& b) {
  if (a.dtype() != impl_of(b, name).dtype) fail(name, ": dtypes ", a.dtype(), " and ", b.dtype(), "; wanted one");
}

void broadcast_batches(const char* name, Tensor& a, Tensor& b) {
  const Dims batch = broadcast_shapes(name, batch_of(a), batch_of(b));
  a = expand(a, with_matrix(batch, a.size(-2), a.size(-1)));
  b = expand(b, with_matrix(batch, b.size(-2), b.size(-1)));
}

Tensor identity_like(const Tensor& a) { return expand(eye(a.size(-1), {.dtype = a.dtype()}), a.sizes()); }

Tensor quotient(const Tensor& x, const Tensor& y) { return x / where((x == 0) && (y == 0), 1, y); }

double relative_tolerance(const Tensor& a) {
  const int digits = kDTypes[static_cast<int>(a.dtype())].digits;
  return std::ldexp(1.0, 1 - digits) * static_cast<double>(std::max(a.size(-2), a.size(-1)));
}

inline namespace compute {

std::string which_matrix(const TensorImpl& a, std::int64_t i) {
  return a.sizes.size() > 2 ? concat("matrix ", i, " of the batch") : "the matrix";
}

void check_finite(const char* name, const TensorImpl& a, std::int64_t i, const Eigen::Map<const Matrix>& matrix) {
  if (!matrix.allFinite()) fail(name, ": ", which_matrix(a, i), " has elements that are not finite");
}

void store(const Matrix& matrix, const TensorImpl& batch, std::int64_t i) {
  dispatch_floating("matrices", batch.dtype, [&](auto zero) {
    using Element = decltype(zero);
    using Elements = Eigen::Matrix<Element, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    Eigen::Map<Elements>(elements_of<Element>(batch) + i * matrix.size(), matrix.rows(), matrix.cols()) =
        matrix.cast<Element>();
  });
}

}  // namespace compute

}  // namespace descent::linalg
