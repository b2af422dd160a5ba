#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct AdamOptions {
  Scalar lr = 1e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // each at least 0 and below 1
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  bool amsgrad = false;                        // divide by the largest v so far
  bool maximize = false;
};

struct AdamState {
  Tensor step;            // t
  Tensor exp_avg;         // m
  Tensor exp_avg_sq;      // v
  Tensor max_exp_avg_sq;  // with amsgrad
};

/// Adam (Kingma and Ba, 2014): momentum, divided by the recent size of each element's gradient.
///
///   g <- g + lambda p
///   m <- beta1 m + (1 - beta1) g
///   v <- beta2 v + (1 - beta2) g^2          (amsgrad: below, the largest v so far instead of v)
///   p <- p - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
///
/// Choose it when nothing is known of the problem: it trains most things at its defaults. With weight decay, AdamW.
///
/// Source: Kingma and Ba, Adam: A Method for Stochastic Optimization, 2014, arXiv:1412.6980; amsgrad: Reddi, Kale and
/// Kumar, On the Convergence of Adam and Beyond, 2018, arXiv:1904.09237; PyTorch's Adam.
class Adam final : public OptimizerOf<AdamOptions, AdamState> {
 public:
  explicit Adam(ParameterList parameters, const AdamOptions& options = {});

 private:
  void check(const AdamOptions& o, const Bounds& bounds) const override;
  AdamState start(const Tensor& p, const AdamOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdamState& s, const AdamOptions& o) const override;
};

extern template class OptimizerOf<AdamOptions, AdamState>;

}  // namespace optim
}  // namespace descent
