#pragma once

#include "descent/optim/wrapper/wrapper.h"

namespace descent {
namespace DESCENT_EXPORT optim {

class Undo;

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
/// A step is taken with zeros in place of such gradients and undone afterwards, by selection, so that nobody has to
/// wait for the answer: it costs a copy of the parameters and the state, and another walk over them, in each step.
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
  Tensor count(Undo& undo);  // whether all gradients are finite
  void keep(Undo& undo);
  static void undo_unless(const Tensor& finite, Undo& undo);

  std::vector<Tensor> own_gradients_;
};

}  // namespace optim
}  // namespace descent
