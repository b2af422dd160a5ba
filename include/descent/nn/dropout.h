#pragma once

#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// While training, sets each element to 0 with probability p and divides the others by 1 - p (Hinton et al.,
/// arXiv:1207.0580); otherwise passes its input through. The mask is drawn from the default generator.
class Dropout final : public Module<Dropout> {
 public:
  /// An Error unless 0 <= p <= 1.
  explicit Dropout(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("p", p, "training", training); }

  double p;
  Flag training = true;
};

}  // namespace nn
}  // namespace descent
