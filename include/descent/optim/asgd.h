#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct ASGDOptions {
  Scalar lr = 1e-2;         // at least 0
  Scalar lambd = 1e-4;      // how the rate and the weights decay; at least 0
  Scalar alpha = 0.75;      // the power with which the rate decays
  Scalar t0 = 1e6;          // the step after which averaging begins
  Scalar weight_decay = 0;  // lambda, at least 0
  bool maximize = false;
};

struct ASGDState {
  Tensor step;  // t
  Tensor eta;   // the rate of the next step
  Tensor mu;    // the weight of the next step in the average
  Tensor ax;    // the average of the parameter
};

/// Averaged gradient descent (Polyak and Juditsky, 1992): plain descent with a falling rate, which also keeps the
/// average of the parameters it passed through.
///
///   g <- g + lambda p
///   p <- (1 - lambd eta) p - eta g          (eta from lr)
///   ax <- ax + mu (p - ax)                  (mu from 1)
///   eta <- lr / (1 + lambd lr t)^alpha
///   mu <- 1 / max(1, t - t0)
///
/// The average is `state.P.ax` of the state dict; the parameters themselves are not replaced by it.
///
/// Choose it for convex problems with noisy gradients, with t0 set to where the noise takes over: the average is a
/// better estimate than the last parameters. Elsewhere SGD with a schedule does as well.
///
/// Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control and
/// Optimization 30 (1992), doi:10.1137/0330046; torch.optim.ASGD.
class ASGD final : public OptimizerOf<ASGDOptions, ASGDState> {
 public:
  explicit ASGD(ParameterList parameters, const ASGDOptions& options = {});

 private:
  void check(const ASGDOptions& o, const Bounds& bounds) const override;
  ASGDState start(const Tensor& p, const ASGDOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, ASGDState& s, const ASGDOptions& o) const override;
};

extern template class OptimizerOf<ASGDOptions, ASGDState>;

}  // namespace optim
}  // namespace descent
