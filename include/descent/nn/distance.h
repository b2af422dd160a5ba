// Distances between vectors as layers. See functional/distance.h for their formulas.
#pragma once

#include <cstdint>

#include "descent/functional/distance.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct CosineSimilarity final : Module<CosineSimilarity> {
  explicit CosineSimilarity(std::int64_t dim_ = 1, double eps_ = 1e-8) : dim(dim_), eps(eps_) {}
  Tensor forward(const Tensor& a, const Tensor& b) const { return cosine_similarity(a, b, dim, eps); }
  auto members() { return nn::members("dim", dim, "eps", eps); }

  std::int64_t dim;
  double eps;
};

struct PairwiseDistance final : Module<PairwiseDistance> {
  explicit PairwiseDistance(double p_ = 2, double eps_ = 1e-6, bool keepdim_ = false)
      : p(p_), eps(eps_), keepdim(keepdim_) {}
  Tensor forward(const Tensor& a, const Tensor& b) const { return pairwise_distance(a, b, p, eps, keepdim); }
  auto members() { return nn::members("p", p, "eps", eps, "keepdim", keepdim); }

  double p, eps;
  bool keepdim;
};

}  // namespace nn
}  // namespace descent
