#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct AdEMAMixOptions {
  Scalar lr = 1e-3;                                    // at least 0
  std::array<Scalar, 3> betas = {0.9, 0.999, 0.9999};  // each at least 0 and below 1; a warm-up wants them above 0
  Scalar alpha = 5;                                    // the weight of the slow average, at least 0
  Scalar eps = 1e-8;                                   // at least 0
  Scalar weight_decay = 0;                             // lambda, at least 0
  std::int64_t alpha_warmup = 0;                       // steps, at least 0
  std::int64_t beta3_warmup = 0;                       // steps, at least 0
  bool maximize = false;
};

struct AdEMAMixState {
  Tensor step;          // t
  Tensor exp_avg_fast;  // m1
  Tensor exp_avg_slow;  // m2
  Tensor exp_avg_sq;    // v
};

/// AdEMAMix (Pagliardini et al., 2024): AdamW with a second, much slower average of the gradients.
///
///   alpha_t = alpha min(t / alpha_warmup, 1)
///   beta_t: 1 / ln(beta_t) goes from 1 / ln(beta1) to 1 / ln(beta3) in a line over beta3_warmup steps
///   m1 <- beta1 m1 + (1 - beta1) g
///   m2 <- beta_t m2 + (1 - beta_t) g
///   v <- beta2 v + (1 - beta2) g^2
///   p <- p - lr ((m1 / (1 - beta1^t) + alpha_t m2) / (sqrt(v / (1 - beta2^t)) + eps) + lambda p)
///
/// Without a warm-up (0 steps), alpha_t is alpha and beta_t beta3.
///
/// Choose it for trainings of tens of thousands of steps, with both warm-ups as long as the training; in short ones the
/// slow average has no time.
///
/// Source: Pagliardini et al., The AdEMAMix Optimizer: Better, Faster, Older, 2024, arXiv:2409.03137; Optax's ademamix.
class AdEMAMix final : public OptimizerOf<AdEMAMixOptions, AdEMAMixState> {
 public:
  explicit AdEMAMix(ParameterList parameters, const AdEMAMixOptions& options = {});

 private:
  void check(const AdEMAMixOptions& o, const Bounds& bounds) const override;
  AdEMAMixState start(const Tensor& p, const AdEMAMixOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdEMAMixState& s, const AdEMAMixOptions& o) const override;
};

extern template class OptimizerOf<AdEMAMixOptions, AdEMAMixState>;

}  // namespace optim
}  // namespace descent
