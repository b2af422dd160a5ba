#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct ProdigyOptions {
  Scalar lr = 1;                               // a factor of the estimated rate, at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // each at least 0 and below 1
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  bool use_bias_correction = false;            // whether rate has Adam's correction
  bool safeguard_warmup = false;               // whether the estimate leaves lr out of its denominator
  Scalar d0 = 1e-6;                            // the first estimate, above 0
  Scalar d_coef = 1;                           // a factor of the estimate, above 0
  bool maximize = false;
};

struct ProdigyState {
  Tensor p0;
  Tensor s;
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
};

struct ProdigyGroupState {
  Tensor step;  // t
  Tensor d;
  Tensor r;
};

/// Prodigy (Mishchenko and Defazio, 2023): Adam with a rate that it finds itself, as the estimate d of how far the
/// solution is from the start p0. With beta3 = sqrt(beta2):
///
///   rate = d lr              (with use_bias_correction, times sqrt(1 - beta2^t) / (1 - beta1^t))
///   r <- beta3 r + d / d0 rate <g, p0 - p>
///   s <- beta3 s + d / d0 rate g              (with safeguard_warmup, d in the place of rate)
///   m <- beta1 m + (1 - beta1) d g
///   v <- beta2 v + (1 - beta2) d^2 g^2
///   d <- max(d, d_coef r / ||s||_1)
///   p <- p - rate (lambda p + m / (sqrt(v) + d eps))
///
/// r and d are of the group: its parameters are one vector.
///
/// Choose it where there is no time to look for a rate; leave lr at 1 and let a schedule, cosine for one, lower it. On
/// small deterministic problems its estimate may be too high: halve d_coef.
///
/// Source: Mishchenko and Defazio, Prodigy: An Expeditiously Adaptive Parameter-Free Learner, 2023, arXiv:2306.06101;
/// konstmish/prodigy. Optax always corrects the bias.
class Prodigy final : public OptimizerOf<ProdigyOptions, ProdigyState, ProdigyGroupState> {
 public:
  explicit Prodigy(ParameterList parameters, const ProdigyOptions& options = {});

 private:
  void check(const ProdigyOptions& o, const Bounds& bounds) const override;
  ProdigyState start(const Tensor& p, const ProdigyOptions& o) const override;
  ProdigyGroupState start_group(const ProdigyOptions& o) const override;
  void update_group(Group& group, const Tensor& loss) const override;
};

extern template class OptimizerOf<ProdigyOptions, ProdigyState, ProdigyGroupState>;

}  // namespace optim
}  // namespace descent
