#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct NovoGradOptions {
  Scalar lr = 1e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.95, 0.98};  // each at least 0 and below 1
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  bool maximize = false;
};

struct NovoGradState {
  Tensor step;        // t
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v, one number
};

/// NovoGrad (Ginsburg et al., 2019): momentum of gradients that are divided by a norm for the whole parameter, so that
/// the second moment is one number.
///
///   v <- beta2 v + (1 - beta2) ||g||^2             (v = ||g||^2 in the first step)
///   m <- beta1 m + g / (sqrt(v) + eps) + lambda p  (from 0)
///   p <- p - lr m
///
/// Choose it where Adam's memory is too much and layers differ in scale. Without averaging, m is 1 / (1 - beta1) times
/// as long as one gradient: rates are below Adam's.
///
/// Source: Ginsburg et al., Stochastic Gradient Methods with Layer-wise Adaptive Moments for Training of Deep Networks,
/// 2019, arXiv:1905.11286; Optax's novograd, which has the earlier betas of 0.9 and 0.25.
class NovoGrad final : public OptimizerOf<NovoGradOptions, NovoGradState> {
 public:
  explicit NovoGrad(ParameterList parameters, const NovoGradOptions& options = {});

 private:
  void check(const NovoGradOptions& o, const Bounds& bounds) const override;
  NovoGradState start(const Tensor& p, const NovoGradOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, NovoGradState& s, const NovoGradOptions& o) const override;
};

extern template class OptimizerOf<NovoGradOptions, NovoGradState>;

}  // namespace optim
}  // namespace descent
