#pragma once

#include <array>

#include "descent/optim/adam.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct AdamWOptions {
  Scalar lr = 1e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // each at least 0 and below 1
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 1e-2;                  // lambda, at least 0
  bool amsgrad = false;                        // divide by the largest v so far
  bool maximize = false;
};

/// AdamW (Loshchilov and Hutter, 2017): Adam with weight decay apart from the gradient.
///
///   p <- p - lr lambda p
///   then Adam's step with lambda = 0
///
/// Choose it first for networks; it is the default of the command line. Its decay pulls all weights alike, whatever
/// their gradients are.
///
/// Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2017, arXiv:1711.05101; PyTorch's AdamW.
class AdamW final : public OptimizerOf<AdamWOptions, AdamState> {
 public:
  explicit AdamW(ParameterList parameters, const AdamWOptions& options = {});

 private:
  void check(const AdamWOptions& o, const Bounds& bounds) const override;
  AdamState start(const Tensor& p, const AdamWOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdamState& s, const AdamWOptions& o) const override;
};

extern template class OptimizerOf<AdamWOptions, AdamState>;

}  // namespace optim
}  // namespace descent
