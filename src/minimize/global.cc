#include "descent/minimize/global.h"

#include <cmath>
#include <limits>
#include <optional>

#include "core/random_fill.h"
#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"

namespace descent {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Uniform on [low, high], of float64.
Tensor uniform_like(const Tensor& x, Generator& generator, double low, double high) {
  const Tensor drawn = empty(x.sizes(), {.dtype = float64});
  random::fill_uniform(generator, std::span(drawn.data<double>(), static_cast<std::size_t>(drawn.numel())), low, high);
  return drawn;
}

// Minimises from one start after another and keeps the best.
class Search {
 public:
  Search(const Objective& objective, const MinimizeOptions& options) : objective_(objective), options_(options) {}

  /// None if the objective is not finite at `start`.
  std::optional<MinimizeResult> from(const Tensor& start) {
    ++result_.evaluations.functions;
    const Tensor value = objective_(start);
    if (value.defined() && value.numel() == 1 && !std::isfinite(value.item())) {
      result_.values.push_back(kNaN);
      return std::nullopt;
    }
    return keep(minimize(objective_, start, options_));
  }
  MinimizeResult keep(MinimizeResult found) {
    result_.values.push_back(found.value);
    result_.evaluations += found.evaluations;
    if (!any_ || found.value < result_.best.value) result_.best = found;
    any_ = true;
    return found;
  }
  bool found_any() const { return any_; }
  GlobalResult result() && { return std::move(result_); }

 private:
  const Objective& objective_;
  const MinimizeOptions& options_;
  GlobalResult result_;
  bool any_ = false;
};

void check_corner(const char* name, const Tensor& corner) {
  if (!corner.defined()) fail("restarts: the box has no ", name, " bound");
  if (!is_floating_point(corner.dtype())) {
    fail("restarts: the ", name, " bound is ", corner.dtype(), "; wanted a floating point type");
  }
  if (!all(isfinite(corner)).item<bool>()) fail("restarts: the ", name, " bound is not finite everywhere");
}

}  // namespace

GlobalResult restarts(const Objective& objective, const Box& box, const RestartOptions& options) {
  const NoGrad no_grad;
  if (options.starts < 1) fail("restarts: starts = ", options.starts, " must be at least 1");
  check_corner("lower", box.lower);
  check_corner("upper", box.upper);
  const Tensor width = box.upper - box.lower;
  if (any(width < 0).item<bool>()) fail("restarts: lower > upper somewhere in the box");
  Generator generator(options.seed);
  Search search(objective, options.local);
  for (std::int64_t i = 0; i < options.starts; ++i) {
    search.from((box.lower + uniform_like(width, generator, 0, 1) * width).to(width.dtype()));
  }
  if (!search.found_any()) fail("restarts: the objective is not finite at any of ", options.starts, " starts");
  return std::move(search).result();
}

GlobalResult basin_hopping(const Objective& objective, const Tensor& start, const BasinHoppingOptions& options) {
  const NoGrad no_grad;
  if (options.hops < 0) fail("basin_hopping: hops = ", options.hops, " must be at least 0");
  if (!(options.temperature >= 0)) fail("basin_hopping: temperature = ", options.temperature, " must be at least 0");
  if (!(options.step_size > 0)) fail("basin_hopping: step_size = ", options.step_size, " must be above 0");
  constexpr std::int64_t kInterval = 50;
  constexpr double kFactor = 0.9;
  Generator generator(options.seed);
  Search search(objective, options.local);
  MinimizeResult now = search.keep(minimize(objective, start, options.local));
  double step_size = options.step_size;
  std::int64_t accepted = 0;
  for (std::int64_t hop = 1; hop <= options.hops; ++hop) {
    const Tensor jump = uniform_like(now.x, generator, -step_size, step_size);
    const auto next = search.from((now.x + jump).to(now.x.dtype()));
    const double chance = uniform_like(0, generator, 0, 1).item();
    // At temperature 0 only what is not higher is accepted.
    const double rise = next ? next->value - now.value : 0;
    if (next && (rise <= 0 || chance < std::exp(-rise / options.temperature))) {
      now = *next;
      ++accepted;
    }
    if (hop % kInterval == 0) {
      if (2 * accepted > kInterval) step_size /= kFactor;
      if (2 * accepted < kInterval) step_size *= kFactor;
      accepted = 0;
    }
  }
  return std::move(search).result();
}

}  // namespace descent
