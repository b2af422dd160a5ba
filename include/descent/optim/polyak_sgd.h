#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct PolyakSGDOptions {
  Scalar lr = 1;          // a factor of the step, at least 0
  Scalar max_step = 1;    // at least 0
  Scalar min_value = 0;   // f*, the smallest loss
  Scalar eps = 0;         // at least 0
  bool maximize = false;  // the bound is then of the negative of the loss
};

/// SGD with Polyak's step size (Polyak, 1987; with a bound: Loizou et al., 2020), from the loss f and its smallest
/// value.
///
///   step = min(max(f - f*, 0) / (||g||^2 + eps), max_step)      (0 where ||g||^2 + eps is 0)
///   p <- p - lr step g
///
/// The norm is over all parameters of the group, which takes the whole step for itself: keep all in one. step() without
/// a closure is an Error.
///
/// Choose it where the smallest loss is known, such as 0 for a model that can fit its data; where f* is too low, steps
/// are too long.
///
/// Source: Loizou et al., Stochastic Polyak Step-size for SGD: An Adaptive Learning Rate for Fast Convergence, 2020,
/// arXiv:2002.10542; Optax's polyak_sgd (sps+), whose max_learning_rate and f_min are max_step and min_value here.
class PolyakSGD final : public OptimizerOf<PolyakSGDOptions, NoState> {
 public:
  explicit PolyakSGD(ParameterList parameters, const PolyakSGDOptions& options = {});

 private:
  void check(const PolyakSGDOptions& o, const Bounds& bounds) const override;
  NoState start(const Tensor& p, const PolyakSGDOptions& o) const override;
  void update_group(Group& group, const Tensor& loss) const override;
};

extern template class OptimizerOf<PolyakSGDOptions, NoState>;

}  // namespace optim
}  // namespace descent
