// The line search of LBFGS.
#pragma once

#include <cstdint>
#include <vector>

#include "descent/function_ref.h"
#include "descent/tensor.h"

namespace descent::optim {

/// What is known at step t along a line.
struct TrialPoint {
  double t;
  double loss;
  double slope;              // d loss / dt
  std::vector<Tensor> grad;  // of each parameter
};

/// What bounds the search.
struct SearchLimits {
  std::int64_t max_steps;   // evaluations after the first
  double longest;           // the largest element of the direction
  double tolerance_change;  // the search ends where no parameter would change by more
};

/// Searches for a point where
///
///   loss <= start.loss + 1e-4 t start.slope   and   |slope| <= 0.9 |start.slope|
///
/// `at` evaluates a point; `start` is the one at t = 0, with a negative slope, and `t` the first to try. Returns the
/// best point there is when the limits are reached. Source: Nocedal and Wright, Numerical Optimization, 2006,
/// algorithms 3.5 and 3.6, with the safeguards that PyTorch has from minFunc.
TrialPoint strong_wolfe(FunctionRef<TrialPoint(double t)> at, const TrialPoint& start, double t,
                        const SearchLimits& limits);

}  // namespace descent::optim
