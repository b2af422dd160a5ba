#pragma once

#include <utility>

#include "descent/optim/optimizer.h"

namespace descent::optim {

/// A closure whose first value is there already.
class Evaluated {
 public:
  Evaluated(const Tensor& loss, Optimizer::Closure closure) : loss_(loss), closure_(closure) {}
  Tensor operator()() { return std::exchange(first_, false) ? loss_ : closure_(); }

 private:
  Tensor loss_;
  Optimizer::Closure closure_;
  bool first_ = true;
};

}  // namespace descent::optim
