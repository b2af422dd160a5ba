#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct FtrlOptions {
  Scalar lr = 1e-3;                                 // above 0
  Scalar learning_rate_power = -0.5;                // at most 0: how the rate of an element falls; 0 is a constant rate
  Scalar initial_accumulator_value = 0.1;           // at least 0
  Scalar l1_regularization_strength = 0;            // l1, at least 0
  Scalar l2_regularization_strength = 0;            // l2, at least 0
  Scalar l2_shrinkage_regularization_strength = 0;  // at least 0
  Scalar beta = 0;                                  // at least 0: the paper's, which slows the first steps
  bool maximize = false;
};

struct FtrlState {
  Tensor accumulator;  // n, from initial_accumulator_value
  Tensor linear;       // z
};

/// Follow the regularised leader (McMahan et al., 2013): the parameters are, at each step, the minimum of all linear
/// models of the loss so far plus penalties, of which l1 sets elements to exactly 0.
///
///   n' = n + g^2
///   z <- z + g + 2 shrinkage p - (n'^-power - n^-power) / lr p
///   n <- n'
///   p <- 0                                                                       where |z| <= l1
///        (sign(z) l1 - z) / (n^-power / lr + 2 (l2 + beta / (2 lr)))             elsewhere
///
/// As Keras has it. The penalties are of p, not of its distance from where it began: begin at 0, as only a part of what
/// p holds survives the first step, and nothing where the gradient is 0.
///
/// Choose it for large sparse linear models, click prediction say, that are to end with few weights. For networks take
/// Adam.
///
/// Source: McMahan et al., "Ad click prediction: a view from the trenches" (2013), doi:10.1145/2487575.2488200;
/// keras.optimizers.Ftrl.
class Ftrl final : public OptimizerOf<FtrlOptions, FtrlState> {
 public:
  explicit Ftrl(ParameterList parameters, const FtrlOptions& options = {});

 private:
  void check(const FtrlOptions& o, const Bounds& bounds) const override;
  FtrlState start(const Tensor& p, const FtrlOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, FtrlState& s, const FtrlOptions& o) const override;
};

extern template class OptimizerOf<FtrlOptions, FtrlState>;

}  // namespace optim
}  // namespace descent
