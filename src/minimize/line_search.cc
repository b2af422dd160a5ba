#include "descent/minimize/line_search.h"

#include <algorithm>
#include <cmath>

#include "descent/error.h"

namespace descent {
namespace {

void check(const char* function, const LinePoint& zero, double first_step, std::int64_t max_evaluations) {
  if (!(zero.slope < 0)) fail(function, ": the slope at 0 is ", zero.slope, "; wanted one below 0");
  if (!(first_step > 0)) fail(function, ": first_step = ", first_step, " must be above 0");
  if (max_evaluations < 1) fail(function, ": max_evaluations = ", max_evaluations, " must be at least 1");
}

struct Trial {
  double step, value, slope;
};

// Where the cubic with these values and slopes at a and b has its minimum; `has_minimum` false: it falls for ever
// beyond b, seen from a.
struct CubicMinimum {
  double step;
  bool has_minimum;
};
CubicMinimum cubic_minimum(const Trial& a, const Trial& b) {
  const double theta = 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope;
  const double scale = std::max({std::abs(theta), std::abs(a.slope), std::abs(b.slope)});
  const double inside = (theta / scale) * (theta / scale) - (a.slope / scale) * (b.slope / scale);
  const double root = std::copysign(scale * std::sqrt(std::max(0.0, inside)), b.step - a.step);
  const double denominator = b.slope - a.slope + 2 * root;
  const double part = (b.slope + root - theta) / denominator;
  return {b.step - part * (b.step - a.step), inside > 0 && part < 0};
}

// Of the parabola with the value and slope of a and the value of b.
double quadratic_minimum(const Trial& a, const Trial& b) {
  const double distance = b.step - a.step;
  return a.step + distance * a.slope / (2 * (a.slope - (b.value - a.value) / distance));
}

// Of the parabola with the slopes of both.
double secant_minimum(const Trial& a, const Trial& b) {
  return b.step + (a.step - b.step) * b.slope / (b.slope - a.slope);
}

// Moré and Thuente's interval: `best` is the end with the lowest value, and phi falls from it towards `other`.
struct Interval {
  Trial best, other;
  bool bracketed = false;

  // Takes `trial` in, and gives the next step to try, of [low, high].
  double update(const Trial& trial, double low, double high);
};

double Interval::update(const Trial& trial, double low, double high) {
  const bool opposite = trial.slope * best.slope < 0;
  double next;
  if (trial.value > best.value) {
    // There is a minimum between them. The slope at `trial` is not known.
    const double least = best.step + 0.1 * (trial.step - best.step);
    next = quadratic_minimum(best, trial);
    if (std::abs(next - best.step) < std::abs(least - best.step)) next = least;
    bracketed = true;
  } else if (opposite) {
    const double cubic = cubic_minimum(best, trial).step;
    const double secant = secant_minimum(best, trial);
    next = std::abs(cubic - trial.step) >= std::abs(secant - trial.step) ? cubic : secant;
    bracketed = true;
  } else if (std::abs(trial.slope) < std::abs(best.slope)) {
    const CubicMinimum minimum = cubic_minimum(best, trial);
    const double edge = trial.step > best.step ? high : low;
    const double cubic = minimum.has_minimum ? minimum.step : edge;
    const double secant = secant_minimum(best, trial);
    const bool cubic_nearer = std::abs(cubic - trial.step) < std::abs(secant - trial.step);
    if (bracketed) {
      next = cubic_nearer ? cubic : secant;
      const double most = trial.step + 0.66 * (other.step - trial.step);
      next = trial.step > best.step ? std::min(next, most) : std::max(next, most);
    } else {
      next = std::clamp(cubic_nearer ? secant : cubic, low, high);
    }
  } else if (bracketed) {
    next = quadratic_minimum(trial, other);
  } else {
    next = trial.step > best.step ? high : low;
  }

  if (trial.value > best.value) {
    other = trial;
  } else {
    if (opposite) other = best;
    best = trial;
  }
  return next;
}

}  // namespace

LineSearchResult backtracking(const std::function<double(double)>& phi, const LinePoint& zero, double first_step,
                              const BacktrackingOptions& options) {
  check("backtracking", zero, first_step, options.max_evaluations);
  double step = first_step;
  for (std::int64_t i = 0; i < options.max_evaluations; ++i) {
    const double value = phi(step);
    if (value <= zero.value + options.decrease * step * zero.slope + options.noise) return {step, true};
    const Trial start{0, zero.value, zero.slope};
    const double next = std::isfinite(value) ? quadratic_minimum(start, {step, value, 0}) : 0;
    step = std::clamp(next, options.shrink_least * step, options.shrink_most * step);
  }
  return {};
}

LineSearchResult strong_wolfe(const std::function<double(double)>& value, const std::function<double()>& slope,
                              const LinePoint& zero, double first_step, const WolfeOptions& options) {
  check("strong_wolfe", zero, first_step, options.max_evaluations);
  const double wanted_slope = options.decrease * zero.slope;
  const Trial start{0, zero.value, zero.slope};
  Interval interval{start, start};
  Trial lowest = start;
  // Until a step of sufficient decrease with a rising slope is met, the search is that of phi less the line of
  // sufficient decrease, of which such a step is a minimum.
  bool modified = true;
  double width = std::numeric_limits<double>::infinity(), width_before = width;  // of the interval
  double max_step = options.max_step, step = std::min(first_step, max_step);
  for (std::int64_t i = 0; i < options.max_evaluations; ++i) {
    Trial trial{step, value(step), 0};
    const bool decreases = trial.value <= zero.value + step * wanted_slope + options.noise;
    // Where the value alone shows that the step is too long, the slope is not computed.
    if (std::isfinite(trial.value) && (decreases || trial.value <= interval.best.value)) trial.slope = slope();
    if (!std::isfinite(trial.value) || !std::isfinite(trial.slope)) {
      // Nothing to interpolate: halfway back, and never beyond.
      max_step = step;
      step = interval.best.step + (step - interval.best.step) / 2;
      continue;
    }
    if (decreases && std::abs(trial.slope) <= options.curvature * std::abs(zero.slope)) return {step, true};
    if (trial.value < lowest.value) lowest = trial;
    if (decreases && step == max_step && trial.slope < 0) break;

    if (decreases && trial.slope >= wanted_slope) modified = false;
    const double low = interval.bracketed ? std::min(interval.best.step, interval.other.step)
                                          : step + 1.1 * (step - interval.best.step);
    const double high =
        interval.bracketed ? std::max(interval.best.step, interval.other.step) : step + 4 * (step - interval.best.step);
    if (modified && trial.value <= interval.best.value && !decreases) {
      const auto tilt = [&](const Trial& t, double sign) {
        return Trial{t.step, t.value - sign * t.step * wanted_slope, t.slope - sign * wanted_slope};
      };
      interval.best = tilt(interval.best, 1);
      interval.other = tilt(interval.other, 1);
      step = interval.update(tilt(trial, 1), low, high);
      interval.best = tilt(interval.best, -1);
      interval.other = tilt(interval.other, -1);
    } else {
      step = interval.update(trial, low, high);
    }

    if (interval.bracketed) {
      const double now = std::abs(interval.other.step - interval.best.step);
      if (now >= 0.66 * width_before) step = interval.best.step + (interval.other.step - interval.best.step) / 2;
      width_before = width;
      width = now;
      const double near = std::min(interval.best.step, interval.other.step);
      if (now <= std::numeric_limits<double>::epsilon() * std::abs(near + now)) break;
      step = std::clamp(step, near, near + now);
    }
    step = std::min(step, max_step);
    if (!(step > 0)) break;
  }
  return {lowest.step, false};
}

}  // namespace descent
