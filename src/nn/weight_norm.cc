#include "descent/nn/weight_norm.h"

#include "descent/create.h"
#include "descent/functional/distance.h"
#include "descent/grad_mode.h"
#include "descent/nn/init.h"
#include "descent/ops.h"

namespace descent::nn::detail {
namespace {

// A row for each position of `dim`.
Tensor as_matrix(const Tensor& weight, std::int64_t dim) {
  const std::int64_t d = dim < 0 ? dim + weight.dim() : dim;
  if (weight.dim() < 1 || d < 0 || d >= weight.dim())
    fail("SpectralNorm: a weight of shape ", weight.sizes(), " has no dimension ", dim);
  Dims order{d};
  for (int k = 0; k < weight.dim(); ++k) {
    if (k != d) order.push_back(k);
  }
  return reshape(permute(weight, order), {weight.size(d), weight.numel() / std::max<std::int64_t>(1, weight.size(d))});
}

Tensor drawn_unit(std::int64_t size, DType dtype, double eps) {
  const Tensor drawn = empty(size, {.dtype = dtype});
  init::normal_(drawn);
  return normalize(drawn, 2, 0, eps);
}

}  // namespace

Tensor norm_except(const Tensor& weight, std::optional<std::int64_t> dim) {
  if (!dim) return norm(weight);
  const std::int64_t d = *dim < 0 ? *dim + weight.dim() : *dim;
  if (weight.dim() < 1 || d < 0 || d >= weight.dim())
    fail("WeightNorm: a weight of shape ", weight.sizes(), " has no dimension ", *dim);
  Dims others;
  for (int k = 0; k < weight.dim(); ++k) {
    if (k != d) others.push_back(k);
  }
  return others.empty() ? abs(weight) : norm(weight, 2, others, /*keepdim=*/true);
}

Tensor weight_of_length(const Tensor& v, const Tensor& g, std::optional<std::int64_t> dim) {
  return v * (g / norm_except(v, dim));
}

Singular drawn_singular(const Tensor& weight, std::int64_t dim, double eps) {
  const NoGrad no_grad;
  const Tensor matrix = as_matrix(weight, dim);
  const Tensor u = drawn_unit(matrix.size(0), weight.dtype(), eps);
  return {u, drawn_unit(matrix.size(1), weight.dtype(), eps)};
}

Tensor weight_of_norm_1(const Tensor& weight, const Singular& vectors, std::int64_t dim, std::int64_t iterations,
                        double eps) {
  const Tensor matrix = as_matrix(weight, dim);
  // Others than those that are kept: a gradient still reads these when the next call changes them.
  Tensor u = vectors.u.clone(), v = vectors.v.clone();
  if (iterations > 0) {
    const NoGrad no_grad;
    for (std::int64_t i = 0; i < iterations; ++i) {
      v = normalize(matmul(transpose(matrix, 0, 1), u), 2, 0, eps);
      u = normalize(matmul(matrix, v), 2, 0, eps);
    }
    vectors.u.copy_(u);
    vectors.v.copy_(v);
  }
  return weight / sum(u * matmul(matrix, v));
}

}  // namespace descent::nn::detail
