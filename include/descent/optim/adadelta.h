#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct AdadeltaOptions {
  Scalar lr = 1.0;          // at least 0
  Scalar rho = 0.9;         // how much of the averages stays, of [0, 1]
  Scalar eps = 1e-6;        // at least 0; the first steps are of the size of its root
  Scalar weight_decay = 0;  // lambda, at least 0
  bool maximize = false;
};

struct AdadeltaState {
  Tensor step;
  Tensor square_avg;  // v
  Tensor acc_delta;   // u
};

/// Adadelta (Zeiler, 2012): the size of a step follows from the sizes of the steps before, without a rate to choose.
///
///   g <- g + lambda p
///   v <- rho v + (1 - rho) g^2
///   delta = sqrt(u + eps) / sqrt(v + eps) g
///   u <- rho u + (1 - rho) delta^2
///   p <- p - lr delta
///
/// Choose it where no rate can be tuned at all. It begins very slowly, at a pace that eps sets; Adam is faster nearly
/// always.
///
/// Source: Zeiler, "ADADELTA: an adaptive learning rate method" (2012), arXiv:1212.5701; torch.optim.Adadelta.
class Adadelta final : public OptimizerOf<AdadeltaOptions, AdadeltaState> {
 public:
  explicit Adadelta(ParameterList parameters, const AdadeltaOptions& options = {});

 private:
  void check(const AdadeltaOptions& o, const Bounds& bounds) const override;
  AdadeltaState start(const Tensor& p, const AdadeltaOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdadeltaState& s, const AdadeltaOptions& o) const override;
};

extern template class OptimizerOf<AdadeltaOptions, AdadeltaState>;

}  // namespace optim
}  // namespace descent
