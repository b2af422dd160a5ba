#include "minimize/direction.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace descent {
namespace {

// How far rounding may lift a value.
double noise_of(const Problem& problem, double value) { return 2 * problem.space().epsilon() * std::abs(value); }

// Along `line` without leaving the bounds: from `now` straight to the projection of where the first step leads.
Line within_bounds(const Problem& problem, const Point& now, const Line& line) {
  if (!problem.is_bounded()) return line;
  const auto to_projection = [&](const Line& line) -> Line {
    return {problem.project(now.x + line.first_step * line.direction) - now.x, 1, 1};
  };
  const Line bent = to_projection(line);
  // Bending can turn a direction uphill, but the steepest descent.
  return dot_product(bent.direction, now.gradient) < 0 ? bent : to_projection(steepest_descent(now));
}

// The point, differentiated, where a search along the line ends; none if it finds no lower value.
std::optional<Point> search(Problem& problem, const Point& now, const Line& line, const WolfeOptions* wolfe) {
  const LinePoint zero{now.value, dot_product(line.direction, now.gradient)};
  if (!(zero.slope < 0)) return std::nullopt;
  Point latest, lowest = now;
  const auto value_at = [&](double step) {
    latest = problem.at(now.x + step * line.direction);
    return latest.value;
  };
  const double noise = noise_of(problem, now.value);
  if (!wolfe) {
    if (!backtracking(value_at, zero, line.first_step, {.noise = noise}).satisfied) return std::nullopt;
    problem.differentiate(latest);
    return latest;
  }
  const auto slope = [&] {
    problem.differentiate(latest);
    if (latest.value < lowest.value) lowest = latest;
    return dot_product(latest.gradient, line.direction);
  };
  WolfeOptions options = *wolfe;
  options.max_step = line.max_step;
  options.noise = noise;
  if (strong_wolfe(value_at, slope, zero, line.first_step, options).satisfied) return latest;
  if (lowest.value < now.value) return lowest;
  return std::nullopt;
}

StopReason descend(Problem& problem, Progress& progress, Point now, Direction& direction, const WolfeOptions* wolfe) {
  // After this many steps in a row along which the slope did not rise, each search begins twice as far as the last
  // one: a function that falls for ever is soon found out.
  constexpr int kPatience = 20;
  int falling = 0;
  while (true) {
    if (const auto reason = progress.reached(problem, now)) return *reason;
    const auto search_along = [&](Line line) {
      line.first_step *= std::ldexp(1.0, std::max(0, falling - kPatience));
      return search(problem, now, within_bounds(problem, now, line), wolfe);
    };
    std::optional<Point> next = search_along(direction.line(now));
    if (!next && direction.restart()) next = search_along(direction.line(now));
    if (!next) return StopReason::no_lower_value;
    const Tensor step = next->x - now.x;
    falling = dot_product(step, next->gradient) < (1 - 1e-6) * dot_product(step, now.gradient) ? falling + 1 : 0;
    direction.moved(now, *next);
    now = std::move(*next);
  }
}

}  // namespace

Line steepest_descent(const Point& now) { return steepest_descent(now, std::min(1.0, 1 / length(now.gradient))); }

Line steepest_descent(const Point& now, double first_step) { return {-now.gradient, first_step}; }

StopReason descend(Problem& problem, Progress& progress, Point start, Direction& direction,
                   const WolfeOptions& search) {
  return descend(problem, progress, std::move(start), direction, &search);
}

StopReason descend(Problem& problem, Progress& progress, Point start, Direction& direction) {
  return descend(problem, progress, std::move(start), direction, nullptr);
}

}  // namespace descent
