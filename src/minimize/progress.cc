#include "minimize/progress.h"

#include <cmath>

namespace descent {

const char* message_of(StopReason reason) {
  switch (reason) {
    case StopReason::gradient:
      return "the gradient is small enough";
    case StopReason::decrease:
      return "the value hardly fell";
    case StopReason::step:
      return "x hardly moved";
    case StopReason::no_lower_value:
      return "no step along the direction lowers the value: the precision is used up, or the gradient is wrong";
    case StopReason::max_iterations:
      return "max_iterations were made";
    case StopReason::max_evaluations:
      return "max_evaluations were made";
    case StopReason::max_seconds:
      return "max_seconds are over";
    case StopReason::non_finite:
      return "the value or the gradient is not finite";
    case StopReason::callback:
      return "on_iteration asked to stop";
    case StopReason::unbounded:
      return "the value fell below lowest_value: the objective seems unbounded";
  }
  return "";
}

Evaluations& Evaluations::operator+=(const Evaluations& other) {
  functions += other.functions;
  gradients += other.gradients;
  hessian_products += other.hessian_products;
  return *this;
}

namespace {

// What the tolerances are where the user says nothing.
struct Tolerances {
  double gradient, decrease;
};

Tolerances default_tolerances(DType dtype) {
  static_assert(kComputedDTypeCount == 4, "a case for each below");
  switch (dtype) {
    case DType::float32:
      return {1e-4, 1e-7};
    case DType::float64:
      return {1e-6, 1e-12};
    default:
      break;
  }
  fail("minimize is not defined for ", dtype);
}

}  // namespace

Progress::Progress(const Space& space, const StoppingRules& rules, bool trace, const OnIteration& on_iteration)
    : space_(space),
      rules_(rules),
      gradient_tolerance_(rules.gradient_tolerance.value_or(default_tolerances(space.dtype()).gradient)),
      decrease_tolerance_(rules.decrease_tolerance.value_or(default_tolerances(space.dtype()).decrease)),
      trace_(trace),
      on_iteration_(on_iteration),
      begin_(std::chrono::steady_clock::now()) {
  const auto check = [&](const char* name, auto value) {
    if (!(value >= 0)) fail(space.function(), ": ", name, " = ", value, " must be at least 0");
  };
  check("gradient_tolerance", gradient_tolerance_);
  check("decrease_tolerance", decrease_tolerance_);
  check("step_tolerance", rules.step_tolerance);
  if (std::isnan(rules.lowest_value)) fail(space.function(), ": lowest_value = nan must be a number");
  check("max_iterations", rules.max_iterations);
  check("max_evaluations", rules.max_evaluations);
  check("max_seconds", rules.max_seconds);
}

std::optional<StopReason> Progress::reached(const Tensor& x, double value, double gradient_norm,
                                            const Evaluations& evaluations) {
  before_ = std::move(now_);
  now_ = Iteration{.x = x, .value = value, .gradient_norm = gradient_norm};
  if (before_) {
    now_->iteration = before_->iteration + 1;
    now_->step = length(x - before_->x);
  }
  if (!best_ || now_->value < best_->value) best_ = now_;
  if (trace_ || on_iteration_) {
    Iteration reported = *now_;
    reported.x = space_.to_user(x);
    if (trace_) iterations_.push_back(reported);
    if (on_iteration_ && !on_iteration_(reported)) return StopReason::callback;
  }
  return reason_to_stop(*now_, evaluations);
}

std::optional<StopReason> Progress::reason_to_stop(const Iteration& now, const Evaluations& evaluations) const {
  if (now.value < rules_.lowest_value) return StopReason::unbounded;
  if (!std::isfinite(now.value) || !std::isfinite(now.gradient_norm)) return StopReason::non_finite;
  if (now.gradient_norm <= gradient_tolerance_) return StopReason::gradient;
  if (before_) {
    const double size = std::max(std::abs(before_->value), std::abs(now.value));
    if (decrease_tolerance_ > 0 && !values_may_rise_ && before_->value - now.value <= decrease_tolerance_ * size)
      return StopReason::decrease;
    if (rules_.step_tolerance > 0 && now.step <= rules_.step_tolerance * length(now.x)) return StopReason::step;
  }
  if (now.iteration >= rules_.max_iterations) return StopReason::max_iterations;
  if (evaluations.total() >= rules_.max_evaluations) return StopReason::max_evaluations;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
  if (elapsed.count() >= rules_.max_seconds) return StopReason::max_seconds;
  return std::nullopt;
}

MinimizeResult Progress::result(StopReason reason, const Evaluations& evaluations) && {
  // An iteration that converged by the gradient may lie above another for the sake of rounding.
  const Iteration& found = reason == StopReason::gradient ? *now_ : *best_;
  return {.x = space_.to_user(found.x),
          .value = found.value,
          .gradient_norm = found.gradient_norm,
          .reason = reason,
          .converged = reason <= StopReason::step,
          .iterations = now_->iteration,
          .evaluations = evaluations,
          .trace = std::move(iterations_)};
}

}  // namespace descent
