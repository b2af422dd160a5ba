// When to stop, and what to report.
#pragma once

#include <chrono>
#include <optional>

#include "minimize/problem.h"

namespace descent {

class Progress {
 public:
  /// An Error if a rule is out of its bounds.
  Progress(const Space& space, const StoppingRules& rules, bool trace, const OnIteration& on_iteration);

  /// Reports the start, and then where each iteration led; the reason to stop there, if there is one.
  std::optional<StopReason> reached(const Tensor& x, double value, double gradient_norm,
                                    const Evaluations& evaluations);
  std::optional<StopReason> reached(const Problem& problem, const Point& point) {
    return reached(point.x, point.value, problem.gradient_norm(point), problem.evaluations());
  }
  /// The values of these iterations rise and fall: no reason to stop, and the result is the best of them.
  void let_values_rise() { values_may_rise_ = true; }

  /// The result of stopping where `reached` was last told of.
  MinimizeResult result(StopReason reason, const Evaluations& evaluations) &&;

 private:
  std::optional<StopReason> reason_to_stop(const Iteration& now, const Evaluations& evaluations) const;

  Space space_;
  StoppingRules rules_;
  double gradient_tolerance_, decrease_tolerance_;
  bool values_may_rise_ = false;
  bool trace_;
  const OnIteration& on_iteration_;
  std::chrono::steady_clock::time_point begin_;
  // x in these is the methods' vector.
  std::optional<Iteration> before_, now_, best_;
  std::vector<Iteration> iterations_;
};

}  // namespace descent
