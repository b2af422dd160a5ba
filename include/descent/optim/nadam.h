#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct NAdamOptions {
  Scalar lr = 2e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // of [0, 1)
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  Scalar momentum_decay = 4e-3;                // psi, at least 0: how fast mu rises to beta1
  bool decoupled_weight_decay = false;         // decay as in AdamW
  bool maximize = false;
};

struct NAdamState {
  Tensor step;        // t
  Tensor mu_product;  // of the mu of all steps so far
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
};

/// NAdam (Dozat, 2016): Adam with Nesterov's momentum.
///
///   g <- g + lambda p,  or  p <- p - lr lambda p  with decoupled_weight_decay
///   mu_t = beta1 (1 - 0.96^(t psi) / 2)
///   m <- beta1 m + (1 - beta1) g
///   v <- beta2 v + (1 - beta2) g^2
///   d = (1 - mu_t) / (1 - mu_1 ... mu_t) g + mu_(t+1) / (1 - mu_1 ... mu_(t+1)) m
///   p <- p - lr d / (sqrt(v / (1 - beta2^t)) + eps)
///
/// Choose it in Adam's place, with Adam's rates: it reacts faster to a change of the gradient, and is seldom worse.
///
/// Source: Dozat, "Incorporating Nesterov momentum into Adam" (2016),
/// https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ; torch.optim.NAdam.
class NAdam final : public OptimizerOf<NAdamOptions, NAdamState> {
 public:
  explicit NAdam(ParameterList parameters, const NAdamOptions& options = {});

 private:
  void check(const NAdamOptions& o, const Bounds& bounds) const override;
  NAdamState start(const Tensor& p, const NAdamOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, NAdamState& s, const NAdamOptions& o) const override;
};

extern template class OptimizerOf<NAdamOptions, NAdamState>;

}  // namespace optim
}  // namespace descent
