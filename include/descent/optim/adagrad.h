#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct AdagradOptions {
  Scalar lr = 1e-2;                      // at least 0
  Scalar lr_decay = 0;                   // at least 0
  Scalar weight_decay = 0;               // lambda, at least 0
  Scalar initial_accumulator_value = 0;  // at least 0
  Scalar eps = 1e-10;                    // at least 0
  bool maximize = false;
};

struct AdagradState {
  Tensor step;  // t
  Tensor sum;
};

/// AdaGrad (Duchi et al., 2011): a rate for each element that falls with the gradients it has seen.
///
///   g <- g + lambda p
///   sum <- sum + g^2                        (from initial_accumulator_value)
///   p <- p - lr / (1 + (t - 1) lr_decay) g / (sqrt(sum) + eps)
///
/// Choose it for sparse features, whose rare gradients keep large steps, and for convex problems. On long trainings of
/// networks its rates fall too far; RMSprop and Adam forget the distant past instead.
///
/// Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, 2011,
/// https://jmlr.org/papers/v12/duchi11a.html; PyTorch's Adagrad.
class Adagrad final : public OptimizerOf<AdagradOptions, AdagradState> {
 public:
  explicit Adagrad(ParameterList parameters, const AdagradOptions& options = {});

 private:
  void check(const AdagradOptions& o, const Bounds& bounds) const override;
  AdagradState start(const Tensor& p, const AdagradOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdagradState& s, const AdagradOptions& o) const override;
};

extern template class OptimizerOf<AdagradOptions, AdagradState>;

}  // namespace optim
}  // namespace descent
