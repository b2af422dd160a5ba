// What the methods with a line search share: all but the direction.
#pragma once

#include <limits>

#include "descent/minimize/line_search.h"
#include "minimize/methods.h"

namespace descent {

/// Where a line search goes.
struct Line {
  Tensor direction;
  double first_step;
  double max_step = std::numeric_limits<double>::infinity();
};

/// How a method chooses its directions.
class Direction {
 public:
  virtual ~Direction() = default;
  /// From `now`, which has a gradient. Should it not lead downhill, the method restarts.
  virtual Line line(const Point& now) = 0;
  /// Learns from a step.
  virtual void moved(const Point& from, const Point& to) = 0;
  /// Forgets what it learned; false if there is nothing to forget.
  virtual bool restart() = 0;
};

/// The steepest descent, where nothing is known about its length: as far as 1, or the gradient's length if that is
/// less.
Line steepest_descent(const Point& now);
/// The same with a first step.
Line steepest_descent(const Point& now, double first_step);

/// Goes along the lines of `direction` by strong Wolfe searches with these options (`noise` apart) ...
StopReason descend(Problem& problem, Progress& progress, Point start, Direction& direction, const WolfeOptions& search);
/// ... or by backtracking.
StopReason descend(Problem& problem, Progress& progress, Point start, Direction& direction);

}  // namespace descent
