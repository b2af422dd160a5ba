#include "descent/minimize/minimize.h"

#include "minimize/methods.h"

namespace descent {
namespace {

struct Run {
  Problem& problem;
  Progress& progress;
  Point start;

  StopReason operator()(const method::LBFGS& method) { return lbfgs(method, problem, progress, std::move(start)); }
  StopReason operator()(const method::GradientDescent&) {
    return gradient_descent(problem, progress, std::move(start));
  }
  StopReason operator()(const method::ConjugateGradient&) {
    return conjugate_gradient(problem, progress, std::move(start));
  }
  StopReason operator()(const method::NewtonCG&) { return newton_cg(problem, progress, std::move(start)); }
  StopReason operator()(const method::TrustRegion& method) {
    return trust_region(method, problem, progress, std::move(start));
  }
  StopReason operator()(const method::FirstOrder& method) {
    return first_order(method, problem, progress, std::move(start));
  }
};

void check(const MinimizeOptions& options) {
  const auto* lbfgs = std::get_if<method::LBFGS>(&options.method);
  if (lbfgs && lbfgs->memory < 1) fail("minimize: memory = ", lbfgs->memory, " must be at least 1");
  const auto* trust_region = std::get_if<method::TrustRegion>(&options.method);
  if (trust_region && !(trust_region->max_radius > 0)) {
    fail("minimize: max_radius = ", trust_region->max_radius, " must be above 0");
  }
  const auto* first_order = std::get_if<method::FirstOrder>(&options.method);
  if (first_order && !first_order->make) fail("minimize: FirstOrder wants a function `make`");
  const bool takes_bounds = lbfgs || std::holds_alternative<method::GradientDescent>(options.method);
  if ((options.bounds.lower.defined() || options.bounds.upper.defined()) && !takes_bounds) {
    fail("minimize: this method takes no bounds; LBFGS and GradientDescent do");
  }
}

}  // namespace

MinimizeResult minimize(const Objective& objective, const Tensor& start, const MinimizeOptions& options) {
  const NoGrad no_grad;
  const Space space("minimize", start);
  check(options);
  const bool second_order = std::holds_alternative<method::NewtonCG>(options.method) ||
                            std::holds_alternative<method::TrustRegion>(options.method);
  Problem problem(space, objective, options.bounds, second_order);
  Progress progress(space, options.stop, options.trace, options.on_iteration);
  const StopReason reason = std::visit(Run{problem, progress, problem.start(space.to_vector(start))}, options.method);
  return std::move(progress).result(reason, problem.evaluations());
}

}  // namespace descent
