#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct MARSOptions {
  Scalar lr = 3e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.95, 0.99};  // each at least 0 and below 1
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  Scalar gamma = 0.025;                        // how much of the change of the gradient counts, at least 0
  bool maximize = false;
};

struct MARSState {
  Tensor step;        // t
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
  Tensor previous_grad;
};

/// MARS (Yuan et al., 2024): AdamW on gradients of reduced variance.
///
///   c = g + gamma beta1 / (1 - beta1) (g - (g of the step before))    (g itself in the first step)
///   c <- c / max(||c||, 1)
///   m <- beta1 m + (1 - beta1) c
///   v <- beta2 v + (1 - beta2) c^2
///   p <- p - lr (m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps) + lambda p)
///
/// This is MARS-AdamW in its approximate form: the gradient of the step before is that of its own batch. The norm is
/// over all elements of the parameter. Parameters of one dimension are no exception; put them in a group with gamma = 0
/// to have them so.
///
/// Choose it in AdamW's place to train large networks with noisy gradients.
///
/// Source: Yuan et al., MARS: Unleashing the Power of Variance Reduction for Training Large Models, 2024,
/// arXiv:2411.10438.
class MARS final : public OptimizerOf<MARSOptions, MARSState> {
 public:
  explicit MARS(ParameterList parameters, const MARSOptions& options = {});

 private:
  void check(const MARSOptions& o, const Bounds& bounds) const override;
  MARSState start(const Tensor& p, const MARSOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, MARSState& s, const MARSOptions& o) const override;
};

extern template class OptimizerOf<MARSOptions, MARSState>;

}  // namespace optim
}  // namespace descent
