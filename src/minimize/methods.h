// The methods' loops. Each goes from `start` until `progress` or the method itself has a reason to stop; what was found
// is what `progress` was last told of.
#pragma once

#include "minimize/problem.h"
#include "minimize/progress.h"

namespace descent {

StopReason gradient_descent(Problem& problem, Progress& progress, Point start);
StopReason conjugate_gradient(Problem& problem, Progress& progress, Point start);
StopReason lbfgs(const method::LBFGS& method, Problem& problem, Progress& progress, Point start);
StopReason newton_cg(Problem& problem, Progress& progress, Point start);
StopReason trust_region(const method::TrustRegion& method, Problem& problem, Progress& progress, Point start);
StopReason first_order(const method::FirstOrder& method, Problem& problem, Progress& progress, Point start);

}  // namespace descent
