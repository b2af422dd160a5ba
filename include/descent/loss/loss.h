// What every loss has in common.
//
// A loss is a function of prediction and target, mse_loss(prediction, target, {.reduction = Reduction::sum}), and a
// module that keeps its options: nn::MSELoss criterion({.reduction = Reduction::sum}); criterion(prediction, target).
// Names, options, defaults and numerics are PyTorch's. Prediction and target never broadcast against each other: shapes
// that do not belong together are an Error that names both.
#pragma once

#include <cstdint>

#include "descent/nn/module.h"
#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// What becomes of the losses of the elements or samples: all of them, their mean, or their sum. The mean of none is
/// NaN.
enum class Reduction : std::uint8_t { none, mean, sum };

namespace nn {

/// The module of a loss function with these options.
template <auto function, class Options>
class Loss final : public Module<Loss<function, Options>> {
 public:
  explicit Loss(Options options_ = {}) : options(std::move(options_)) {}
  template <class... Tensors>
  Tensor forward(const Tensors&... predictions_and_targets) const {
    return function(predictions_and_targets..., options);
  }
  auto members() { return nn::members("options", options); }

  Options options;
};

}  // namespace nn
}  // namespace descent
