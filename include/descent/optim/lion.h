#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct LionOptions {
  Scalar lr = 1e-4;                           // at least 0
  std::array<Scalar, 2> betas = {0.9, 0.99};  // each at least 0 and below 1
  Scalar weight_decay = 0;                    // lambda, at least 0
  bool maximize = false;
};

struct LionState {
  Tensor exp_avg;  // m
};

/// Lion, the evolved sign momentum (Chen et al., 2023): every element moves by the rate, in the direction of a
/// momentum's sign.
///
///   p <- p - lr lambda p
///   p <- p - lr sign(beta1 m + (1 - beta1) g)
///   m <- beta2 m + (1 - beta2) g              (from 0)
///
/// An element whose momentum is 0 stays where it is.
///
/// Choose it to train large networks with large batches in little memory, at a rate 3 to 10 times below AdamW's and a
/// decay as many times above. With a constant rate it does not settle: lower the rate towards the end.
///
/// Source: Chen et al., Symbolic Discovery of Optimization Algorithms, 2023, arXiv:2302.06675.
class Lion final : public OptimizerOf<LionOptions, LionState> {
 public:
  explicit Lion(ParameterList parameters, const LionOptions& options = {});

 private:
  void check(const LionOptions& o, const Bounds& bounds) const override;
  LionState start(const Tensor& p, const LionOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, LionState& s, const LionOptions& o) const override;
};

extern template class OptimizerOf<LionOptions, LionState>;

}  // namespace optim
}  // namespace descent
