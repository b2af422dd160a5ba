#include <utility>

#include "descent/create.h"
#include "minimize/methods.h"

namespace descent {

StopReason first_order(const method::FirstOrder& method, Problem& problem, Progress& progress, Point now) {
  progress.let_values_rise();
  const Space& space = problem.space();
  const Tensor parameter = space.to_user(now.x).requires_grad_();
  const auto evaluate = [&] {
    now = problem.at(space.to_vector(parameter));
    problem.differentiate(now);
  };
  const std::unique_ptr<optim::Optimizer> optimizer = method.make(parameter);
  if (!optimizer) fail(space.function(), ": make gave no optimizer");
  while (true) {
    if (const auto reason = progress.reached(problem, now)) return *reason;
    bool known = true;  // `now` is where the optimizer evaluates first
    optimizer->step([&] {
      if (!std::exchange(known, false)) evaluate();
      parameter.set_grad(space.to_user(now.gradient));
      return full({}, now.value, {.dtype = space.dtype()});
    });
    evaluate();
  }
}

}  // namespace descent
