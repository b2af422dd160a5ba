#pragma once

#include "descent/optim/wrapper/wrapper.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct GradientCentralizationOptions {};

/// Gradient centralization (Yong et al., 2020): the gradients of each output's weights are moved to mean 0.
///
///   g <- g - mean(g over all dimensions but the first)
///   p <- the optimizer's step with g
///
/// Parameters of fewer than two dimensions, or with a single weight an output, keep their gradients as they are. So do
/// all of them for others to read: after the step, grad() is what it was before.
///
/// Choose it to train networks of layers that take means anyway, such as batch normalisation, a little faster; not
/// where the mean of a row of weights matters, as in a plain linear regression.
///
/// Source: Yong et al., 2020, arXiv:2004.01461; optax.centralize.
class GradientCentralization final : public WrapperOf<GradientCentralizationOptions> {
 public:
  explicit GradientCentralization(AnyOptimizer inner);

  void step() override;
  Tensor step(Closure closure) override;

 private:
  void check(const GradientCentralizationOptions&, const Bounds&) const override {}

  std::vector<Tensor> own_gradients_;
};

}  // namespace optim
}  // namespace descent
