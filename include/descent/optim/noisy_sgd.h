#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct NoisySGDOptions {
  Scalar lr = 1e-3;         // at least 0
  Scalar eta = 0.01;        // the variance of the noise in the first step, at least 0
  Scalar gamma = 0.55;      // how fast the noise falls, at least 0
  Scalar weight_decay = 0;  // lambda, at least 0
  bool maximize = false;
};

struct NoisySGDState {
  Tensor step;  // t
};

/// SGD with noise in the gradient that falls from step to step (Neelakantan et al., 2015).
///
///   n ~ N(0, eta / t^gamma)                   (each element for itself; t from 1)
///   p <- p - lr (g + lambda p + n)
///
/// The noise is of the default generator, so that manual_seed gives it again; its state is in a state dict of its own
/// (generator.h).
///
/// Choose it for deep networks that plain SGD does not get to train; the noise shakes them out of bad places.
///
/// Source: Neelakantan et al., Adding Gradient Noise Improves Learning for Very Deep Networks, 2015, arXiv:1511.06807;
/// Optax's noisy_sgd.
class NoisySGD final : public OptimizerOf<NoisySGDOptions, NoisySGDState> {
 public:
  explicit NoisySGD(ParameterList parameters, const NoisySGDOptions& options = {});

 private:
  void check(const NoisySGDOptions& o, const Bounds& bounds) const override;
  NoisySGDState start(const Tensor& p, const NoisySGDOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, NoisySGDState& s, const NoisySGDOptions& o) const override;
};

extern template class OptimizerOf<NoisySGDOptions, NoisySGDState>;

}  // namespace optim
}  // namespace descent
