#include "optim/strong_wolfe.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace descent::optim {
namespace {

// The minimum, within [low, high], of the cubic with the losses and slopes of a and b.
double cubic_minimum(const TrialPoint& a, const TrialPoint& b, double low, double high) {
  const auto& [left, right] = a.t <= b.t ? std::tie(a, b) : std::tie(b, a);
  const double d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t);
  const double square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const double d2 = std::sqrt(square);
  const double part = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
  return std::min(std::max(right.t - (right.t - left.t) * part, low), high);
}

}  // namespace

TrialPoint strong_wolfe(FunctionRef<TrialPoint(double t)> at, const TrialPoint& start, double t,
                        const SearchLimits& limits) {
  const auto too_high = [&](const TrialPoint& point) { return point.loss > start.loss + 1e-4 * point.t * start.slope; };
  const auto is_flat = [&](const TrialPoint& point) { return std::abs(point.slope) <= -0.9 * start.slope; };

  // Go on until a minimum is between the last two points.
  std::int64_t steps = 0;
  TrialPoint before = start, now = at(t);
  while (steps < limits.max_steps) {
    if (too_high(now) || (steps > 1 && now.loss >= before.loss)) break;
    if (is_flat(now)) return now;
    if (now.slope >= 0) break;
    const double next = cubic_minimum(before, now, now.t + 0.01 * (now.t - before.t), now.t * 10);
    before = std::exchange(now, at(next));
    ++steps;
  }
  if (steps == limits.max_steps) before = start;

  // Narrow the bracket.
  TrialPoint bracket[] = {std::move(before), std::move(now)};
  std::size_t low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
  bool was_near_end = false;
  while (steps < limits.max_steps) {
    const auto [left, right] = std::minmax({bracket[0].t, bracket[1].t});
    if ((right - left) * limits.longest < limits.tolerance_change) break;
    double next = cubic_minimum(bracket[0], bracket[1], left, right);
    const double margin = 0.1 * (right - left);
    bool near_end = std::min(right - next, next - left) < margin;
    if (near_end && (was_near_end || next >= right || next <= left)) {
      next = std::abs(next - right) < std::abs(next - left) ? right - margin : left + margin;
      near_end = false;
    }
    was_near_end = near_end;

    TrialPoint point = at(next);
    ++steps;
    const std::size_t high = 1 - low;
    if (too_high(point) || point.loss >= bracket[low].loss) {
      bracket[high] = std::move(point);
      low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
    } else {
      if (is_flat(point)) return point;
      if (point.slope * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = std::move(bracket[low]);
      bracket[low] = std::move(point);
    }
  }
  return bracket[low];
}

}  // namespace descent::optim
