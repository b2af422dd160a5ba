// Norms of vectors and matrices, and what is measured by them.
#include <cmath>
#include <limits>

#include "descent/create.h"
#include "descent/linalg.h"
#include "linear_algebra/matrix.h"

namespace descent::linalg {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Dims matrix_dims(const char* name, const Tensor& a, const Dims& dims) {
  if (!is_floating_point(impl_of(a, name).dtype)) fail(name, ": a is ", a.dtype(), "; wanted float32 or float64");
  if (dims.size() != 2) fail(name, ": dims ", dims, "; wanted two");
  return wrap_dims(dims, a.dim(), name);
}

// f of the singular values, which lie along the last dimension, of the matrices in two dimensions.
template <class F>
Tensor of_singular_values(const Tensor& a, const Dims& dims, bool keepdim, const F& f) {
  Dims order;
  for (int d = 0; d < a.dim(); ++d) {
    if (!dims.contains(d)) order.push_back(d);
  }
  order.push_back(dims[0]);
  order.push_back(dims[1]);
  const Tensor result = f(svdvals(permute(a, order)));
  if (!keepdim) return result;
  return unsqueeze(unsqueeze(result, std::min(dims[0], dims[1])), std::max(dims[0], dims[1]));
}

Tensor condition(const Tensor& a, const std::optional<double>& p, MatrixNorm otherwise) {
  check_square("cond", a);
  if (a.numel() == 0) return zeros(batch_of(a), {.dtype = a.dtype()});
  const auto norm_of = [&](const Tensor& x) { return p ? matrix_norm(x, *p) : matrix_norm(x, otherwise); };
  const Tensor is_singular = slogdet(a).sign == 0;
  const Tensor regular = where(unsqueeze(unsqueeze(is_singular, -1), -1), identity_like(a), a);
  return where(is_singular, kInfinity, norm_of(a) * norm_of(inverse(regular, "cond")));
}

}  // namespace

Tensor vector_norm(const Tensor& x, double ord, const Dims& dims, bool keepdim) try {
  return descent::norm(x, ord, dims, keepdim);
} catch (const Error& error) {
  fail_as("vector_norm", error);
}

Tensor matrix_norm(const Tensor& a, MatrixNorm ord, const Dims& dims, bool keepdim) try {
  const Dims two = matrix_dims("matrix_norm", a, dims);
  if (ord == MatrixNorm::fro) return descent::norm(a, 2, two, keepdim);
  return of_singular_values(a, two, keepdim, [](const Tensor& s) { return sum(s, -1); });
} catch (const Error& error) {
  fail_as("matrix_norm", error);
}

Tensor matrix_norm(const Tensor& a, double ord, const Dims& dims, bool keepdim) try {
  const Dims two = matrix_dims("matrix_norm", a, dims);
  const double size = std::abs(ord);
  if (size != 1 && size != 2 && size != kInfinity) {
    fail("matrix_norm: ord ", ord, "; wanted 1, 2, infinity, or one of them negative");
  }
  const auto outermost = [ord](const Tensor& x, std::int64_t d) {
    return ord > 0 ? amax(x, d, /*keepdim=*/true) : amin(x, d, /*keepdim=*/true);
  };
  if (size == 2) {
    return of_singular_values(a, two, keepdim, [&](const Tensor& s) { return squeeze(outermost(s, -1), -1); });
  }
  const int inner = size == 1 ? 0 : 1;
  const Tensor result = outermost(sum(abs(a), two[inner], /*keepdim=*/true), two[1 - inner]);
  return keepdim ? result : squeeze(result, two);
} catch (const Error& error) {
  fail_as("matrix_norm", error);
}

Tensor norm(const Tensor& x, std::optional<double> ord, const Dims& dims, bool keepdim) try {
  const int rank = impl_of(x, "norm").sizes.size();
  if (!ord) return vector_norm(x, 2, dims, keepdim);
  if (dims.size() == 1 || (dims.empty() && rank == 1)) return vector_norm(x, *ord, dims, keepdim);
  if (dims.empty() && rank != 2)
    fail("norm: with ord and without dims, x has shape ", x.sizes(), "; wanted a vector or a matrix");
  return matrix_norm(x, *ord, dims.empty() ? Dims{0, 1} : dims, keepdim);
} catch (const Error& error) {
  fail_as("norm", error);
}

Tensor norm(const Tensor& x, MatrixNorm ord, const Dims& dims, bool keepdim) try {
  if (dims.empty() && impl_of(x, "norm").sizes.size() != 2) {
    fail("norm: without dims, x has shape ", x.sizes(), "; wanted a matrix");
  }
  return matrix_norm(x, ord, dims.empty() ? Dims{0, 1} : dims, keepdim);
} catch (const Error& error) {
  fail_as("norm", error);
}

Tensor cond(const Tensor& a, std::optional<double> p) try {
  if (std::abs(p.value_or(2)) != 2) return condition(a, p, {});
  check_matrices("cond", a);
  const Tensor s = svdvals(a);
  if (s.size(-1) == 0) return zeros(batch_of(a), {.dtype = a.dtype()});
  const Tensor largest = select(s, -1, 0), smallest = select(s, -1, -1);
  return p.value_or(2) > 0 ? largest / smallest : smallest / largest;
} catch (const Error& error) {
  fail_as("cond", error);
}

Tensor cond(const Tensor& a, MatrixNorm p) try { return condition(a, {}, p); } catch (const Error& error) {
  fail_as("cond", error);
}

Tensor matrix_rank(const Tensor& a, std::optional<double> atol, std::optional<double> rtol) try {
  check_matrices("matrix_rank", a);
  const Tensor s = svdvals(a.detach());
  if (s.size(-1) == 0) return zeros(batch_of(a), {.dtype = int64});
  const double relative = rtol.value_or(atol.value_or(0) > 0 ? 0 : relative_tolerance(a));
  return sum(s > clamp_min(narrow(s, -1, 0, 1) * relative, atol.value_or(0)), -1);
} catch (const Error& error) {
  fail_as("matrix_rank", error);
}

}  // namespace descent::linalg
