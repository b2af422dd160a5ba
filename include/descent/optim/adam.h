#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent::optim {

struct AdamOptions {
  Scalar lr = 1e-3;
  std::array<Scalar, 2> betas = {0.9, 0.999};
  Scalar eps = 1e-8;
  Scalar weight_decay = 0;  // lambda
  bool amsgrad = false;
  bool maximize = false;
};

struct AdamState {
  Tensor step;            // t
  Tensor exp_avg;         // m
  Tensor exp_avg_sq;      // v
  Tensor max_exp_avg_sq;  // with amsgrad
};

/// Adam (Kingma and Ba, arXiv:1412.6980); amsgrad: Reddi et al., arXiv:1904.09237.
///
///   g <- g + lambda p
///   m <- beta1 m + (1 - beta1) g
///   v <- beta2 v + (1 - beta2) g^2          (amsgrad: below, the largest v so far instead of v)
///   p <- p - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
class Adam final : public OptimizerOf<AdamOptions, AdamState> {
 public:
  explicit Adam(ParameterList parameters, const AdamOptions& options = {});

 private:
  void check(const AdamOptions& o, const Bounds& bounds) const override;
  AdamState start(const Tensor& p, const AdamOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdamState& s, const AdamOptions& o) const override;
};

extern template class OptimizerOf<AdamOptions, AdamState>;

}  // namespace descent::optim
