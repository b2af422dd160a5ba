#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct FromageOptions {
  Scalar lr = 1e-2;  // at least 0
  bool maximize = false;
};

/// Fromage, the Frobenius matched gradient method (Bernstein et al., 2020): steps of a fixed size relative to the
/// parameter's norm.
///
///   p <- p - lr ||p|| / ||g|| g               (p - lr g if either norm is 0)
///   p <- p / sqrt(1 + lr^2)                   (against growth)
///
/// The norms are over all elements of the parameter.
///
/// Choose it for networks where one rate, 0.01, should do for all layers without tuning; lower it late in training.
///
/// Source: Bernstein et al., On the distance between two neural networks and the stability of learning, 2020,
/// arXiv:2002.03432; Optax's fromage without its smallest norm.
class Fromage final : public OptimizerOf<FromageOptions, NoState> {
 public:
  explicit Fromage(ParameterList parameters, const FromageOptions& options = {});

 private:
  void check(const FromageOptions& o, const Bounds& bounds) const override;
  NoState start(const Tensor& p, const FromageOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, NoState& s, const FromageOptions& o) const override;
};

extern template class OptimizerOf<FromageOptions, NoState>;

}  // namespace optim
}  // namespace descent
