#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct LARSOptions {
  Scalar lr = 1;                    // at least 0
  Scalar momentum = 0.9;            // at least 0
  Scalar weight_decay = 0;          // lambda, at least 0
  Scalar trust_coefficient = 1e-3;  // eta, above 0
  bool nesterov = false;
  bool maximize = false;
};

struct LARSState {
  Tensor momentum_buffer;  // b
};

/// LARS, layer-wise adaptive rate scaling (You et al., 2017): momentum with steps in proportion to the parameter's
/// norm.
///
///   local = eta ||p|| / (||g|| + lambda ||p||)     (1 if either norm is 0)
///   b <- momentum b + lr local (g + lambda p)      (from 0)
///   p <- p - b,  or  p <- p - (lr local (g + lambda p) + momentum b)  with nesterov
///
/// The norms are over all elements of the parameter.
///
/// Choose it for large batches of images, with a rate that warms up and decays; LAMB is its like with Adam's direction.
///
/// Source: You et al., Large Batch Training of Convolutional Networks, 2017, arXiv:1708.03888. Optax's lars divides by
/// ||g + lambda p|| instead, which is the same where lambda is 0.
class LARS final : public OptimizerOf<LARSOptions, LARSState> {
 public:
  explicit LARS(ParameterList parameters, const LARSOptions& options = {});

 private:
  void check(const LARSOptions& o, const Bounds& bounds) const override;
  LARSState start(const Tensor& p, const LARSOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, LARSState& s, const LARSOptions& o) const override;
};

extern template class OptimizerOf<LARSOptions, LARSState>;

}  // namespace optim
}  // namespace descent
