#pragma once

#include "descent/optim/wrapper/wrapper.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct SkipNonFiniteOptions {
  std::int64_t max_consecutive = 5;  // steps in a row that may be left out, at least 0
};

struct SkipNonFiniteCommonState {
  Tensor consecutive;  // steps in a row that were left out
  Tensor total;        // steps that were left out in all
};

/// Leaves out steps whose gradients are not all finite; parameters and the state of the optimizer stay as they are.
///
/// An Error at the step after `max_consecutive` such steps in a row, which is left out too: a training that does not
/// come back by itself is to be stopped. (Optax lets the numbers pass then.)
///
/// The host reads whether the gradients are finite, in each step: not for a captured step. (To undo a step afterwards,
/// as optax does, takes a copy of all parameters and state, several times what a step of SGD costs.)
///
/// Choose it where a rare batch overflows; where many do, the learning rate is too high, or clip_grad_norm_ helps.
///
/// Source: optax.apply_if_finite.
class SkipNonFinite final : public WrapperOf<SkipNonFiniteOptions, NoState, SkipNonFiniteCommonState> {
 public:
  explicit SkipNonFinite(AnyOptimizer inner, const SkipNonFiniteOptions& options = {});

  void step() override;
  Tensor step(Closure closure) override;

  /// How many steps were left out.
  std::int64_t skipped() const { return common().total.item<std::int64_t>(); }

 private:
  void check(const SkipNonFiniteOptions& o, const Bounds& bounds) const override;
  SkipNonFiniteCommonState start() const override;
  bool all_finite();  // counts
};

}  // namespace optim
}  // namespace descent
