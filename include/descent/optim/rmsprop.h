#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct RMSpropOptions {
  Scalar lr = 1e-2;         // at least 0
  Scalar alpha = 0.99;      // how much of the average of squares stays, of [0, 1]
  Scalar eps = 1e-8;        // at least 0
  Scalar weight_decay = 0;  // lambda, at least 0
  Scalar momentum = 0;      // at least 0
  bool centered = false;    // divide by the standard deviation of the gradient instead
  bool maximize = false;
};

struct RMSpropState {
  Tensor step;
  Tensor square_avg;       // v
  Tensor momentum_buffer;  // b, with momentum
  Tensor grad_avg;         // m, if centered
};

/// RMSprop (Tieleman and Hinton, 2012): descent by the gradient over the root of the moving average of its squares.
///
///   g <- g + lambda p
///   v <- alpha v + (1 - alpha) g^2
///   m <- alpha m + (1 - alpha) g                 (if centered; then v - m^2 below instead of v)
///   b <- momentum b + g / (sqrt(v) + eps)
///   p <- p - lr b
///
/// Choose it for gradients that are noisy and change in scale, as in reinforcement learning and recurrent networks.
/// Adam adds the correction of the first steps, which start large here.
///
/// Source: Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning" (2012),
/// https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf; centered: Graves, arXiv:1308.0850;
/// torch.optim.RMSprop.
class RMSprop final : public OptimizerOf<RMSpropOptions, RMSpropState> {
 public:
  explicit RMSprop(ParameterList parameters, const RMSpropOptions& options = {});

 private:
  void check(const RMSpropOptions& o, const Bounds& bounds) const override;
  RMSpropState start(const Tensor& p, const RMSpropOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, RMSpropState& s, const RMSpropOptions& o) const override;
};

extern template class OptimizerOf<RMSpropOptions, RMSpropState>;

}  // namespace optim
}  // namespace descent
