#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct MADGRADOptions {
  Scalar lr = 1e-2;         // at least 0
  Scalar momentum = 0.9;    // at least 0 and below 1
  Scalar weight_decay = 0;  // lambda, at least 0
  Scalar eps = 1e-6;        // at least 0
  bool maximize = false;
};

struct MADGRADState {
  Tensor step;  // t
  Tensor p0;
  Tensor s;
  Tensor grad_sum_sq;  // v
};

/// MADGRAD (Defazio and Jelassi, 2021): dual averaging with a cube root in Adagrad's square root's place, and momentum.
///
///   g <- g + lambda p
///   rate = (lr + eps) sqrt(t)
///   s <- s + rate g
///   v <- v + rate g^2
///   z = p0 - s / (v^(1/3) + eps)              (p0: the parameter at the start)
///   p <- momentum p + (1 - momentum) z
///
/// Choose it where SGD with momentum generalises better than Adam and yet is slow. Decay works against the pull of dual
/// averaging to p0: less of it than for other optimizers.
///
/// Source: Defazio and Jelassi, Adaptivity without Compromise: A Momentumized, Adaptive, Dual Averaged Gradient Method
/// for Stochastic Optimization, 2021, arXiv:2101.11075; facebookresearch/madgrad.
class MADGRAD final : public OptimizerOf<MADGRADOptions, MADGRADState> {
 public:
  explicit MADGRAD(ParameterList parameters, const MADGRADOptions& options = {});

 private:
  void check(const MADGRADOptions& o, const Bounds& bounds) const override;
  MADGRADState start(const Tensor& p, const MADGRADOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, MADGRADState& s, const MADGRADOptions& o) const override;
};

extern template class OptimizerOf<MADGRADOptions, MADGRADState>;

}  // namespace optim
}  // namespace descent
