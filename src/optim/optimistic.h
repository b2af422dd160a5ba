// What the optimistic methods have in common.
#pragma once

#include "descent/optim/optimizer.h"
#include "optim/step.h"

namespace descent::optim {

/// alpha d + beta (d - previous), of which the second term is 0 the first time; d becomes the previous.
template <class Options>
Tensor optimistic(const Tensor& d, Tensor& previous, const Options& o) {
  make_once(previous, d, kNone);
  const Tensor expected = addcmul(o.alpha * d, d - where(isnan(previous), d, previous), o.beta);
  previous.copy_(d);
  return expected;
}

}  // namespace descent::optim
