#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct LAMBOptions {
  Scalar lr = 1e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // each at least 0 and below 1
  Scalar eps = 1e-6;                           // at least 0
  Scalar weight_decay = 0;                     // lambda, at least 0
  bool maximize = false;
};

struct LAMBState {
  Tensor step;        // t
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
};

/// LAMB, layer-wise adaptive moments for batch training (You et al., 2019): Adam's direction, with decay, of a length
/// in proportion to the parameter's.
///
///   m <- beta1 m + (1 - beta1) g
///   v <- beta2 v + (1 - beta2) g^2
///   r = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps) + lambda p
///   p <- p - lr ||p|| / ||r|| r               (p - lr r if either norm is 0)
///
/// The norms are over all elements of the parameter; they are not bounded (the paper's phi is the identity).
///
/// Choose it for very large batches, where one rate for all layers fails. For small batches AdamW is simpler.
///
/// Source: You et al., Large Batch Optimization for Deep Learning: Training BERT in 76 minutes, 2019, arXiv:1904.00962;
/// Optax's lamb.
class LAMB final : public OptimizerOf<LAMBOptions, LAMBState> {
 public:
  explicit LAMB(ParameterList parameters, const LAMBOptions& options = {});

 private:
  void check(const LAMBOptions& o, const Bounds& bounds) const override;
  LAMBState start(const Tensor& p, const LAMBOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, LAMBState& s, const LAMBOptions& o) const override;
};

extern template class OptimizerOf<LAMBOptions, LAMBState>;

}  // namespace optim
}  // namespace descent
