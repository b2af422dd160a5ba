// Line searches: how far to go along a direction in which a function falls.
//
// A search sees the function along the line, phi(step) = f(x + step direction), and knows phi(0) and phi'(0) < 0. A
// value that is not finite counts as one that is too large. An Error if phi'(0) is not below 0, first_step not above 0,
// or max_evaluations below 1.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// phi and phi' at a step.
struct LinePoint {
  double value = 0;
  double slope = 0;
};

struct LineSearchResult {
  /// Where the search ended; 0 if no step that it tried will do.
  double step = 0;
  /// Whether all conditions of the search hold there. A Wolfe search that is not satisfied still gives the step of the
  /// lowest value it met, if that is below phi(0).
  bool satisfied = false;
};

struct BacktrackingOptions {
  double decrease = 1e-4;  // c, in (0, 1)
  /// The next step is at least and at most this part of the one before.
  double shrink_least = 0.1;
  double shrink_most = 0.5;
  std::int64_t max_evaluations = 40;
  /// How far rounding may lift a value.
  double noise = 0;
};

/// Backtracking (Armijo, 1966): from `first_step`, shorter steps until
///
///   phi(step) <= phi(0) + c step phi'(0)
///
/// The next step is the minimiser of the parabola through what is known, kept between the two shares above.
LineSearchResult backtracking(const std::function<double(double step)>& phi, const LinePoint& zero, double first_step,
                              const BacktrackingOptions& options = {});

struct WolfeOptions {
  double decrease = 1e-4;  // c1, in (0, c2)
  double curvature = 0.9;  // c2, in (c1, 1): the smaller, the more exact the search
  double max_step = std::numeric_limits<double>::infinity();
  std::int64_t max_evaluations = 20;
  /// How far rounding may lift a value.
  double noise = 0;
};

/// The search of Moré and Thuente (1994) for a step with
///
///   phi(step) <= phi(0) + c1 step phi'(0)   and   |phi'(step)| <= c2 |phi'(0)|
///
/// (the strong Wolfe conditions). It keeps an interval that holds such a step, once it has met one, and places the next
/// trial by cubic, quadratic and secant interpolation. `value` gives phi at a step, `slope` phi' at the step that
/// `value` was last asked for. Unlike the paper's, the search asks for no slope where the value alone says that the
/// step is too long.
///
/// Source: Moré and Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM TOMS 20 (1994).
LineSearchResult strong_wolfe(const std::function<double(double step)>& value, const std::function<double()>& slope,
                              const LinePoint& zero, double first_step, const WolfeOptions& options = {});

}  // namespace descent
