#pragma once

#include <array>

#include "descent/optim/adam.h"

namespace descent::optim {

struct AdamWOptions {
  Scalar lr = 1e-3;
  std::array<Scalar, 2> betas = {0.9, 0.999};
  Scalar eps = 1e-8;
  Scalar weight_decay = 1e-2;  // lambda
  bool amsgrad = false;
  bool maximize = false;
};

/// Adam with weight decay apart from the gradient (Loshchilov and Hutter, arXiv:1711.05101):
///
///   p <- p - lr lambda p
///   then Adam's step with lambda = 0
class AdamW final : public OptimizerOf<AdamWOptions, AdamState> {
 public:
  explicit AdamW(ParameterList parameters, const AdamWOptions& options = {});

 private:
  void check(const AdamWOptions& o, const Bounds& bounds) const override;
  AdamState start(const Tensor& p, const AdamWOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdamState& s, const AdamWOptions& o) const override;
};

extern template class OptimizerOf<AdamWOptions, AdamState>;

}  // namespace descent::optim
