#pragma once

#include "descent/optim/wrapper/wrapper.h"

namespace descent {
namespace DESCENT_EXPORT optim {

class Undo;

struct GradientAccumulationOptions {
  std::int64_t k = 1;  // batches to a step of the optimizer, at least 1
};

struct GradientAccumulationState {
  Tensor sum;      // of the gradients since the last step of the optimizer
  Tensor batches;  // those since then in which there was one
};

struct GradientAccumulationCommonState {
  Tensor count;  // of batches since then
  Tensor loss;   // the sum of theirs, where a closure gave them
};

/// Steps once every k batches, with the mean of their gradients: k times the batch in the memory of one.
///
///   sum <- sum + g
///   every k-th step:
///     p <- the optimizer's step with g = sum / k, and sum <- 0
///
/// The gradients are cleared for each batch as ever. A parameter has a gradient in the optimizer's step if it had one
/// in any of the batches. step(closure) returns the loss of its batch and hands the mean of the k to the optimizer,
/// which may not evaluate it a second time: that is an Error.
///
/// Choose it where a batch of the size wanted does not fit the memory.
///
/// Source: optax.MultiSteps.
class GradientAccumulation final
    : public WrapperOf<GradientAccumulationOptions, GradientAccumulationState, GradientAccumulationCommonState> {
 public:
  explicit GradientAccumulation(AnyOptimizer inner, const GradientAccumulationOptions& options = {});

  void step() override;
  Tensor step(Closure closure) override;

 private:
  void check(const GradientAccumulationOptions& o, const Bounds& bounds) const override;
  GradientAccumulationCommonState start() const override;
  GradientAccumulationState start(const Tensor& p) const override;
  bool is_last();  // batch before a step of the optimizer
  void keep(Undo& undo);
  void accumulate(const Tensor& loss);
  void step_inner(FunctionRef<void()> step);
  Tensor mean_gradient(std::size_t parameter);

  std::vector<bool> has_gradient_;

  std::vector<Tensor> own_gradients_;
};

}  // namespace optim
}  // namespace descent
