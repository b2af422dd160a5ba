#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct AdaBeliefOptions {
  Scalar lr = 1e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // each at least 0 and below 1
  Scalar eps = 1e-16;                          // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  bool maximize = false;
};

struct AdaBeliefState {
  Tensor step;         // t
  Tensor exp_avg;      // m
  Tensor exp_avg_var;  // v
};

/// AdaBelief (Zhuang et al., 2020): Adam that divides by how far the gradient is from what was expected of it.
///
///   p <- p - lr lambda p
///   m <- beta1 m + (1 - beta1) g
///   v <- beta2 v + (1 - beta2) (g - m)^2 + eps
///   p <- p - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
///
/// Choose it in Adam's place where gradients are steady and Adam's steps too timid. Where they do not change at all it
/// divides by next to nothing: raise eps, or lower the rate.
///
/// Source: Zhuang et al., AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients, 2020,
/// arXiv:2010.07468; Optax's adabelief, whose eps and eps_root are one here as in the paper.
class AdaBelief final : public OptimizerOf<AdaBeliefOptions, AdaBeliefState> {
 public:
  explicit AdaBelief(ParameterList parameters, const AdaBeliefOptions& options = {});

 private:
  void check(const AdaBeliefOptions& o, const Bounds& bounds) const override;
  AdaBeliefState start(const Tensor& p, const AdaBeliefOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdaBeliefState& s, const AdaBeliefOptions& o) const override;
};

extern template class OptimizerOf<AdaBeliefOptions, AdaBeliefState>;

}  // namespace optim
}  // namespace descent
