#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct AdamaxOptions {
  Scalar lr = 2e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // of [0, 1)
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  bool maximize = false;
};

struct AdamaxState {
  Tensor step;     // t
  Tensor exp_avg;  // m
  Tensor exp_inf;  // u
};

/// Adamax (Kingma and Ba, 2015): Adam with the largest recent gradient in place of the root of the mean square.
///
///   g <- g + lambda p
///   m <- beta1 m + (1 - beta1) g
///   u <- max(beta2 u, |g| + eps)
///   p <- p - lr / (1 - beta1^t) m / u
///
/// Choose it over Adam where gradients are sparse or have rare large values, embeddings say: no step is longer than
/// about lr.
///
/// Source: Kingma and Ba, "Adam: a method for stochastic optimization", section 7.1, arXiv:1412.6980;
/// torch.optim.Adamax.
class Adamax final : public OptimizerOf<AdamaxOptions, AdamaxState> {
 public:
  explicit Adamax(ParameterList parameters, const AdamaxOptions& options = {});

 private:
  void check(const AdamaxOptions& o, const Bounds& bounds) const override;
  AdamaxState start(const Tensor& p, const AdamaxOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdamaxState& s, const AdamaxOptions& o) const override;
};

extern template class OptimizerOf<AdamaxOptions, AdamaxState>;

}  // namespace optim
}  // namespace descent
