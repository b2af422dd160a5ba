// What the steps of many optimizers are made of.
#pragma once

#include <limits>

#include "core/observer.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "descent/optim/scalar.h"
#include "optim/undo.h"

namespace descent::optim {

/// What the state begins with that an option asks for which may come later, or a rule that does not count its steps: in
/// a sum, -0, to which a number is added as it is, another -0 included; for what there was before, NaN, which says
/// none.
inline constexpr double kEmptySum = -0.0;
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Makes what the state wants from this step on, in shape and dtype of `like`, if it is not there. It is filled with a
/// number, as by start(), so that all that the step computes is written into a tensor that stays.
inline void make_once(Tensor& state, const Tensor& like, double value) {
  if (state.defined()) return;
  const WithObserver nobody(nullptr);  // a step that is captured finds it there
  state = full_like(like, value);
  Undo::made(state);
}

/// The gradient of the loss + lambda / 2 p^2: g + lambda p.
inline Tensor with_weight_decay(const Tensor& g, const Tensor& p, const Scalar& lambda) {
  return lambda ? addcmul(g, p, lambda) : g;
}

/// Weight decay apart from the gradient: p <- p - lr lambda p.
inline void decay_weights(const Tensor& p, const Tensor& lr, const Scalar& lambda) {
  if (lambda) p.mul_(1 - lr * lambda);
}

/// The gradient to go by where options say which of the two decays is wanted; the second has been done then.
template <class Options>
Tensor decayed(const Tensor& g, const Tensor& p, const Options& o) {
  if (!o.decoupled_weight_decay) return with_weight_decay(g, p, o.weight_decay);
  decay_weights(p, o.lr, o.weight_decay);
  return g;
}

/// A moving average: m <- beta m + (1 - beta) x.
inline void average(const Tensor& m, const Tensor& x, const Tensor& beta) { m.addcmul_(x - m, 1 - beta); }

/// A moving average of squares: v <- beta v + (1 - beta) x^2.
inline void average_square(const Tensor& v, const Tensor& x, const Tensor& beta) {
  v.mul_(beta).addcmul_(square(x), 1 - beta);
}

/// An average that began at 0, without its pull towards 0: m / (1 - beta^t).
inline Tensor debiased(const Tensor& m, const Tensor& beta, const Tensor& t) { return m / (1 - pow(beta, t)); }

}  // namespace descent::optim
