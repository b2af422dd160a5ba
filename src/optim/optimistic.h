// What the optimistic methods have in common.
#pragma once

#include "descent/optim/optimizer.h"

namespace descent::optim {

/// alpha d + beta (d - previous); d becomes the previous.
template <class Options>
Tensor optimistic(const Tensor& d, Tensor& previous, const Options& o) {
  if (!previous.defined()) previous = d.clone();
  const Tensor expected = addcmul(o.alpha * d, d - previous, o.beta);
  previous.copy_(d);
  return expected;
}

}  // namespace descent::optim
