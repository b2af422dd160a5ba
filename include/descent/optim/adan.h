#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct AdanOptions {
  Scalar lr = 1e-3;                                  // at least 0
  std::array<Scalar, 3> betas = {0.98, 0.92, 0.99};  // each at least 0 and below 1
  Scalar eps = 1e-8;                                 // at least 0
  Scalar weight_decay = 0;                           // lambda, at least 0
  bool maximize = false;
};

struct AdanState {
  Tensor step;          // t
  Tensor exp_avg;       // m
  Tensor exp_avg_diff;  // u
  Tensor exp_avg_sq;    // v
  Tensor previous_grad;
};

/// Adan, adaptive Nesterov momentum (Xie et al., 2022): Adam with an average of how gradients change.
///
///   d = g - (g of the step before)            (0 in the first step)
///   m <- beta1 m + (1 - beta1) g
///   u <- beta2 u + (1 - beta2) d
///   v <- beta3 v + (1 - beta3) (g + beta2 d)^2
///   p <- p - lr (m / (1 - beta1^t) + beta2 u / (1 - beta2^t)) / (sqrt(v / (1 - beta3^t)) + eps)
///   p <- p / (1 + lr lambda)
///
/// The betas are those of the code, which are 1 - beta in the paper.
///
/// Choose it for transformers and convolutional networks with large batches, at rates 5 to 10 times above AdamW's; it
/// keeps four tensors a parameter.
///
/// Source: Xie et al., Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models, 2022,
/// arXiv:2208.06677; sail-sg/Adan. Optax has 1 - beta2 where this has beta2 beside d and u, and another decay.
class Adan final : public OptimizerOf<AdanOptions, AdanState> {
 public:
  explicit Adan(ParameterList parameters, const AdanOptions& options = {});

 private:
  void check(const AdanOptions& o, const Bounds& bounds) const override;
  AdanState start(const Tensor& p, const AdanOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdanState& s, const AdanOptions& o) const override;
};

extern template class OptimizerOf<AdanOptions, AdanState>;

}  // namespace optim
}  // namespace descent
