#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct RpropOptions {
  Scalar lr = 1e-2;                               // the first step size, at least 0
  std::array<Scalar, 2> etas = {0.5, 1.2};        // eta-, of (0, 1), and eta+, above 1
  std::array<Scalar, 2> step_sizes = {1e-6, 50};  // the least and the largest
  bool maximize = false;
};

struct RpropState {
  Tensor step;
  Tensor prev;       // the gradient before, 0 where it turned
  Tensor step_size;  // from lr
};

/// Resilient backpropagation (Riedmiller and Braun, 1993), in the form without backtracking of weights (iRprop-): steps
/// by the sign of the gradient, whose size grows while the sign stays and shrinks when it turns.
///
///   step_size <- eta+ step_size   where g prev > 0
///                eta- step_size   where g prev < 0, and g <- 0 there
///   step_size <- min(max(step_size, step_sizes[0]), step_sizes[1])
///   p <- p - step_size sign(g)
///   prev <- g
///
/// Choose it for gradients of the whole data set, where it is fast and has little to tune. With mini-batches the signs
/// flicker and the step sizes collapse: take RMSprop or Adam there.
///
/// Source: Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm"
/// (1993), doi:10.1109/ICNN.1993.298623; Igel and Huesken, "Improving the Rprop learning algorithm" (2000);
/// torch.optim.Rprop.
class Rprop final : public OptimizerOf<RpropOptions, RpropState> {
 public:
  explicit Rprop(ParameterList parameters, const RpropOptions& options = {});

 private:
  void check(const RpropOptions& o, const Bounds& bounds) const override;
  RpropState start(const Tensor& p, const RpropOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, RpropState& s, const RpropOptions& o) const override;
};

extern template class OptimizerOf<RpropOptions, RpropState>;

}  // namespace optim
}  // namespace descent
