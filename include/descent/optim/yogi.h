#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct YogiOptions {
  Scalar lr = 1e-2;                            // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // each at least 0 and below 1
  Scalar eps = 1e-3;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  Scalar initial_accumulator_value = 1e-6;     // at least 0
  bool maximize = false;
};

struct YogiState {
  Tensor step;        // t
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
};

/// Yogi (Zaheer et al., 2018): Adam whose second moment changes by no more than the square of a gradient.
///
///   p <- p - lr lambda p
///   m <- beta1 m + (1 - beta1) g
///   v <- v - (1 - beta2) sign(v - g^2) g^2
///   p <- p - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
///
/// Both m and v begin at initial_accumulator_value.
///
/// Choose it in Adam's place where rare large gradients matter: its rates rise slowly after them.
///
/// Source: Zaheer et al., Adaptive Methods for Nonconvex Optimization, NeurIPS 2018; Optax's yogi.
class Yogi final : public OptimizerOf<YogiOptions, YogiState> {
 public:
  explicit Yogi(ParameterList parameters, const YogiOptions& options = {});

 private:
  void check(const YogiOptions& o, const Bounds& bounds) const override;
  YogiState start(const Tensor& p, const YogiOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, YogiState& s, const YogiOptions& o) const override;
};

extern template class OptimizerOf<YogiOptions, YogiState>;

}  // namespace optim
}  // namespace descent
