#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct SignSGDOptions {
  Scalar lr = 1e-3;         // at least 0
  Scalar momentum = 0;      // beta, above 0 and below 1
  Scalar weight_decay = 0;  // lambda, at least 0
  bool maximize = false;
};

struct SignSGDState {
  Tensor momentum_buffer;  // m, with momentum
};

/// SignSGD (Bernstein et al., 2018): every element moves by the rate, against the sign of its gradient, or of a
/// momentum (Signum).
///
///   p <- p - lr lambda p
///   m <- beta m + (1 - beta) g                (from 0)
///   p <- p - lr sign(m)
///
/// An element whose m is 0 stays where it is.
///
/// Choose it where only the signs of gradients are to be had or can be trusted. It never takes shorter steps by itself:
/// lower the rate towards the end.
///
/// Source: Bernstein et al., signSGD: Compressed Optimisation for Non-Convex Problems, 2018, arXiv:1802.04434; Optax's
/// sign_sgd and signum.
class SignSGD final : public OptimizerOf<SignSGDOptions, SignSGDState> {
 public:
  explicit SignSGD(ParameterList parameters, const SignSGDOptions& options = {});

 private:
  void check(const SignSGDOptions& o, const Bounds& bounds) const override;
  SignSGDState start(const Tensor& p, const SignSGDOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, SignSGDState& s, const SignSGDOptions& o) const override;
};

extern template class OptimizerOf<SignSGDOptions, SignSGDState>;

}  // namespace optim
}  // namespace descent
