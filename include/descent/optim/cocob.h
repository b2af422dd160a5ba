#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct COCOBOptions {
  Scalar lr = 1;            // the weight of the gradients, at least 0; a constant one changes nothing
  Scalar alpha = 100;       // at least 1
  Scalar eps = 1e-8;        // above 0
  Scalar weight_decay = 0;  // lambda, at least 0
  bool maximize = false;
};

struct COCOBState {
  Tensor p0;
  Tensor largest_grad;       // L
  Tensor grad_abs_sum;       // G
  Tensor reward;             // R
  Tensor negative_grad_sum;  // s
};

/// COCOB, continuous coin betting (Orabona and Tommasi, 2017): each element bets on the sign of its next gradient, and
/// the stake takes the place of a learning rate.
///
///   g <- lr (g + lambda p)
///   L <- max(L, |g|)                          (from eps)
///   G <- G + |g|
///   R <- max(R - g (p - p0), 0)               (p0: the parameter at the start)
///   s <- s - g
///   p <- p0 + s / (L max(G + L, alpha L)) (L + R)
///
/// Choose it where no rate is to be chosen at all; it is the slower for it, and a higher alpha keeps the first steps
/// short.
///
/// Source: Orabona and Tommasi, Training Deep Networks without Learning Rates Through Coin Betting, 2017,
/// arXiv:1705.07795 (COCOB-Backprop); Optax's cocob.
class COCOB final : public OptimizerOf<COCOBOptions, COCOBState> {
 public:
  explicit COCOB(ParameterList parameters, const COCOBOptions& options = {});

 private:
  void check(const COCOBOptions& o, const Bounds& bounds) const override;
  COCOBState start(const Tensor& p, const COCOBOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, COCOBState& s, const COCOBOptions& o) const override;
};

extern template class OptimizerOf<COCOBOptions, COCOBState>;

}  // namespace optim
}  // namespace descent
