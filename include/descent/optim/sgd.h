#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct SGDOptions {
  Scalar lr = 1e-3;         // at least 0
  Scalar momentum = 0;      // at least 0
  Scalar dampening = 0;     // how much less of the gradient the momentum takes in
  Scalar weight_decay = 0;  // lambda, at least 0
  bool nesterov = false;    // wants momentum > 0 and dampening 0
  bool maximize = false;
};

struct SGDState {
  Tensor momentum_buffer;  // with momentum
};

/// Gradient descent, with momentum as Sutskever et al. (2013) have it.
///
///   g <- g + lambda p
///   b <- momentum b + (1 - dampening) g     (b = g in the first step)
///   p <- p - lr b,  or  p <- p - lr (g + momentum b)  with nesterov
///
/// Choose it when you can afford to search for the learning rate: with momentum 0.9 and a schedule it ends as well as
/// anything, and keeps least. Without momentum it crawls along valleys.
///
/// Source: Robbins and Monro, A Stochastic Approximation Method, 1951, doi:10.1214/aoms/1177729586; Sutskever et al.,
/// On the importance of initialization and momentum in deep learning, 2013; PyTorch's SGD.
class SGD final : public OptimizerOf<SGDOptions, SGDState> {
 public:
  explicit SGD(ParameterList parameters, const SGDOptions& options = {});

 private:
  void check(const SGDOptions& o, const Bounds& bounds) const override;
  SGDState start(const Tensor& p, const SGDOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, SGDState& s, const SGDOptions& o) const override;
};

extern template class OptimizerOf<SGDOptions, SGDState>;

}  // namespace optim
}  // namespace descent
