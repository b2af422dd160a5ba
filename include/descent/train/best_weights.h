#pragma once

#include <limits>
#include <utility>

#include "descent/export.h"
#include "descent/state_dict.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// A copy of the weights that had the least loss so far: those to end a training with.
///
///   if (best.offer(validation_loss, model)) ...
///   best.restore(model);
class BestWeights {
 public:
  /// Whether the loss is less than all before; then the state of `model` is copied. A loss that is NaN never is.
  template <class Model>
  bool offer(double loss, const Model& model) {
    if (!(loss < least_)) return false;
    keep(loss, model.state_dict());
    return true;
  }
  /// Gives `model` the weights kept, if there are any.
  template <class Model>
  void restore(Model& model) const {
    if (!weights_.empty()) model.load_state_dict(weights_);
  }

  /// Infinite before the first.
  double least() const { return least_; }

  /// "least" (float64), and the weights under "weights.".
  StateDict state_dict() const;
  /// An Error leaves everything as it was. That the weights are those of the model, restore() sees.
  void load_state_dict(const StateDict& state);

 private:
  void keep(double loss, const StateDict& weights);

  double least_ = std::numeric_limits<double>::infinity();
  StateDict weights_;
};

}  // namespace train
}  // namespace descent
