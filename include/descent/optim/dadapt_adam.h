#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct DAdaptAdamOptions {
  Scalar lr = 1;                               // a factor of the estimated rate, at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // each at least 0 and below 1
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  bool use_bias_correction = false;            // whether rate has Adam's correction
  Scalar d0 = 1e-6;                            // the first estimate, above 0
  bool maximize = false;
};

struct DAdaptAdamState {
  Tensor s;
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
};

struct DAdaptAdamGroupState {
  Tensor step;  // t
  Tensor d;
  Tensor r;
};

/// Adam by D-Adaptation (Defazio and Mishchenko, 2023): it finds its rate itself, as a lower bound d of how far the
/// solution is from the start. With beta = sqrt(beta2):
///
///   rate = d lr              (with use_bias_correction, times sqrt(1 - beta2^t) / (1 - beta1^t))
///   r <- beta r + (1 - beta) rate <g, s / (sqrt(v) + eps)>
///   m <- beta1 m + (1 - beta1) rate g
///   v <- beta2 v + (1 - beta2) g^2
///   s <- beta s + (1 - beta) rate g
///   d <- max(d, r / ((1 - beta) ||s||_1))
///   p <- p - rate lambda p
///   p <- p - m / (sqrt(v) + eps)
///
/// r and d are of the group: its parameters are one vector.
///
/// Choose it where there is no time to look for a rate; leave lr at 1. Prodigy, which came of it, finds the rate
/// sooner.
///
/// Source: Defazio and Mishchenko, Learning-Rate-Free Learning by D-Adaptation, 2023, arXiv:2301.07733;
/// facebookresearch/dadaptation with decoupled decay. Optax's dadapt_adamw always corrects the bias.
class DAdaptAdam final : public OptimizerOf<DAdaptAdamOptions, DAdaptAdamState, DAdaptAdamGroupState> {
 public:
  explicit DAdaptAdam(ParameterList parameters, const DAdaptAdamOptions& options = {});

 private:
  void check(const DAdaptAdamOptions& o, const Bounds& bounds) const override;
  DAdaptAdamState start(const Tensor& p, const DAdaptAdamOptions& o) const override;
  DAdaptAdamGroupState start_group(const DAdaptAdamOptions& o) const override;
  void update_group(Group& group, const Tensor& loss) const override;
};

extern template class OptimizerOf<DAdaptAdamOptions, DAdaptAdamState, DAdaptAdamGroupState>;

}  // namespace optim
}  // namespace descent
