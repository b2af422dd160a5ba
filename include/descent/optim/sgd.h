#pragma once

#include "descent/optim/optimizer.h"

namespace descent::optim {

struct SGDOptions {
  Scalar lr = 1e-3;
  Scalar momentum = 0;
  Scalar dampening = 0;
  Scalar weight_decay = 0;  // lambda
  bool nesterov = false;    // wants momentum > 0 and dampening 0
  bool maximize = false;
};

struct SGDState {
  Tensor momentum_buffer;  // made by the first step with momentum
};

/// Gradient descent, with momentum as Sutskever et al. (2013) have it:
///
///   g <- g + lambda p
///   b <- momentum b + (1 - dampening) g     (b = g in the first step)
///   p <- p - lr b,  or  p <- p - lr (g + momentum b)  with nesterov
class SGD final : public OptimizerOf<SGDOptions, SGDState> {
 public:
  explicit SGD(ParameterList parameters, const SGDOptions& options = {});

 private:
  void check(const SGDOptions& o, const Bounds& bounds) const override;
  SGDState start(const Tensor& p, const SGDOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, SGDState& s, const SGDOptions& o) const override;
};

extern template class OptimizerOf<SGDOptions, SGDState>;

}  // namespace descent::optim
