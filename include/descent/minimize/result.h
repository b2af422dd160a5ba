// What a minimisation is told about when to stop, and what it reports.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// When to stop; the first rule that holds does. `value` is the objective's, |.| of a tensor its largest element.
struct StoppingRules {
  /// |gradient| is at most this; with bounds, |x - projection(x - gradient)|. Default: 1e-6; 1e-4 in float32.
  std::optional<double> gradient_tolerance = std::nullopt;
  /// An iteration lowered the value by no more than this times the value's size. 0: no such rule. Default: 1e-12; 1e-7
  /// in float32. The optimizers of method::FirstOrder, whose values rise and fall, have no such rule.
  std::optional<double> decrease_tolerance = std::nullopt;
  /// An iteration moved x by no more than this times the length of x. 0: no such rule.
  double step_tolerance = 0;
  /// The value is below this: the objective is taken to fall for ever. -infinity: no such rule. Methods with a line
  /// search or a trust region lengthen their steps until they get there; optimizers as methods may not.
  double lowest_value = -1e20;
  std::int64_t max_iterations = 10'000;
  /// Of the function, gradients and Hessian products, together. Looked at after each iteration.
  std::int64_t max_evaluations = std::numeric_limits<std::int64_t>::max();
  double max_seconds = std::numeric_limits<double>::infinity();
};

/// Why a minimisation stopped. The first three are convergence.
enum class StopReason : std::uint8_t {
  gradient,         // the gradient is small enough
  decrease,         // the value hardly fell
  step,             // x hardly moved
  no_lower_value,   // no step along the direction lowers the value: the precision is used up, or the gradient is wrong
  max_iterations,   // as many as allowed
  max_evaluations,  // as many as allowed
  max_seconds,      // as long as allowed
  non_finite,       // the value or the gradient is infinite or NaN at x
  callback,         // on_iteration returned false
  unbounded,        // the value fell below lowest_value
};
/// In words: "the gradient is small enough".
const char* message_of(StopReason reason);

/// Where a minimisation stands after an iteration; 0 is the start.
struct Iteration {
  std::int64_t iteration = 0;
  Tensor x;
  double value = 0;
  double gradient_norm = 0;  // as the rule of gradient_tolerance measures it
  double step = 0;           // how far x moved, in the Euclidean norm
};

/// Called after each iteration and at the start; false stops.
using OnIteration = std::function<bool(const Iteration&)>;

/// How often what was computed. A gradient is counted apart from the function value it is of.
struct Evaluations {
  std::int64_t functions = 0;
  std::int64_t gradients = 0;  // or Jacobians
  std::int64_t hessian_products = 0;

  std::int64_t total() const { return functions + gradients + hessian_products; }
  Evaluations& operator+=(const Evaluations& other);
};

struct MinimizeResult {
  Tensor x;  // of the shape and dtype of the start
  double value = 0;
  double gradient_norm = 0;
  StopReason reason = StopReason::gradient;
  /// Whether it stopped for the gradient, the decrease or the step.
  bool converged = false;
  std::int64_t iterations = 0;
  Evaluations evaluations;
  /// Every iteration, if asked for; `x` of each is a copy.
  std::vector<Iteration> trace;

  const char* message() const { return message_of(reason); }
};

}  // namespace descent
