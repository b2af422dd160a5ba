#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct RAdamOptions {
  Scalar lr = 1e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // of [0, 1)
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  bool decoupled_weight_decay = false;         // decay as in AdamW
  bool maximize = false;
};

struct RAdamState {
  Tensor step;        // t
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
};

/// Rectified Adam (Liu et al., 2020): Adam, whose rates for single elements take over only as far as the average of
/// squares can be trusted.
///
///   g <- g + lambda p,  or  p <- p - lr lambda p  with decoupled_weight_decay
///   m <- beta1 m + (1 - beta1) g
///   v <- beta2 v + (1 - beta2) g^2
///   rho_inf = 2 / (1 - beta2) - 1,  rho = rho_inf - 2 t beta2^t / (1 - beta2^t)
///   r = sqrt((rho - 4) (rho - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho))
///   a = r sqrt(1 - beta2^t) / (sqrt(v) + eps) if rho > 5, else 1
///   p <- p - lr a m / (1 - beta1^t)
///
/// Choose it where Adam needs a warm-up of the rate: it has one built in. With the defaults the first five steps are
/// those of gradient descent with momentum.
///
/// Source: Liu et al., "On the variance of the adaptive learning rate and beyond" (2020), arXiv:1908.03265;
/// torch.optim.RAdam.
class RAdam final : public OptimizerOf<RAdamOptions, RAdamState> {
 public:
  explicit RAdam(ParameterList parameters, const RAdamOptions& options = {});

 private:
  void check(const RAdamOptions& o, const Bounds& bounds) const override;
  RAdamState start(const Tensor& p, const RAdamOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, RAdamState& s, const RAdamOptions& o) const override;
};

extern template class OptimizerOf<RAdamOptions, RAdamState>;

}  // namespace optim
}  // namespace descent
