#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct ADOPTOptions {
  Scalar lr = 1e-3;                             // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.9999};  // each at least 0 and below 1
  Scalar eps = 1e-6;                            // at least 0
  Scalar weight_decay = 0;                      // lambda, at least 0
  bool maximize = false;
};

struct ADOPTState {
  Tensor step;        // t, at -1 before the first step
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
};

/// ADOPT (Taniguchi et al., 2024): Adam that converges with any beta2, since it divides a gradient by the second moment
/// of those before it. The first step only sets v = g^2; then, with t from 1:
///
///   p <- p - lr lambda p
///   m <- beta1 m + (1 - beta1) clip(g / max(sqrt(v), eps), -t^(1/4), t^(1/4))
///   p <- p - lr m
///   v <- beta2 v + (1 - beta2) g^2
///
/// Choose it in Adam's place where small batches make its second moment erratic.
///
/// Source: Taniguchi et al., ADOPT: Modified Adam Can Converge with Any beta2 with the Optimal Rate, 2024,
/// arXiv:2411.02853, with the clipping of its second version; Optax's adopt.
class ADOPT final : public OptimizerOf<ADOPTOptions, ADOPTState> {
 public:
  explicit ADOPT(ParameterList parameters, const ADOPTOptions& options = {});

 private:
  void check(const ADOPTOptions& o, const Bounds& bounds) const override;
  ADOPTState start(const Tensor& p, const ADOPTOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, ADOPTState& s, const ADOPTOptions& o) const override;
};

extern template class OptimizerOf<ADOPTOptions, ADOPTState>;

}  // namespace optim
}  // namespace descent
