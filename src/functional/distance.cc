#include "descent/functional/distance.h"

#include "core/promotion.h"
#include "descent/ops.h"

namespace descent {

Tensor normalize(const Tensor& x, double p, std::int64_t dim, double eps) try {
  return x / clamp_min(norm(x, p, dim, /*keepdim=*/true), eps);
} catch (const Error& error) {
  fail_as("normalize", error);
}

Tensor cosine_similarity(const Tensor& a, const Tensor& b, std::int64_t dim, double eps) try {
  const Dims shape = broadcast_shapes("cosine_similarity", a.sizes(), b.sizes());
  const Tensor x = expand(a, shape), y = expand(b, shape);
  return sum(normalize(x, 2, dim, eps) * normalize(y, 2, dim, eps), dim);
} catch (const Error& error) {
  fail_as("cosine_similarity", error);
}

Tensor pairwise_distance(const Tensor& a, const Tensor& b, double p, double eps, bool keepdim) try {
  return norm(a - b + eps, p, -1, keepdim);
} catch (const Error& error) {
  fail_as("pairwise_distance", error);
}

}  // namespace descent
