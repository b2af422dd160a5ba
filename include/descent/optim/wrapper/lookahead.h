#pragma once

#include "descent/optim/wrapper/wrapper.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct LookaheadOptions {
  std::int64_t k = 5;  // steps of the optimizer between those of the slow weights, at least 1
  Scalar alpha = 0.5;  // step size of the slow weights, at least 0, at most 1
};

struct LookaheadState {
  Tensor slow;
};

struct LookaheadCommonState {
  Tensor step;  // t
};

/// Lookahead (Zhang et al., 2019): the optimizer runs ahead, and slow weights follow its way every k steps.
///
///   p <- the optimizer's step
///   every k-th step:
///     slow <- slow + alpha (p - slow)        (from p before the first step)
///     p <- slow
///
/// Choose it to steady an optimizer at a learning rate a little too high, at the memory of one more set of weights;
/// where the training ends with the learning rate at 0 it changes little.
///
/// Source: Zhang et al., 2019, arXiv:1907.08610; optax.lookahead.
class Lookahead final : public WrapperOf<LookaheadOptions, LookaheadState, LookaheadCommonState> {
 public:
  explicit Lookahead(AnyOptimizer inner, const LookaheadOptions& options = {});

 private:
  void check(const LookaheadOptions& o, const Bounds& bounds) const override;
  LookaheadCommonState start() const override { return {.step = step_count()}; }
  LookaheadState start(const Tensor& p) const override { return {.slow = p.detach().clone()}; }
  void before_step() override;
  void after_step() override;
  bool acts_after() const override { return follows_; }

  bool follows_ = false;  // whether the slow weights move at the end of this step
};

}  // namespace optim
}  // namespace descent
