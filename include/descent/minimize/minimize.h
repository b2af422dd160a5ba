// minimize and least_squares: the variables at which a differentiable function is least.
//
//   auto rosenbrock = [](const Tensor& x) { return square(1 - x[0]) + 100 * square(x[1] - square(x[0])); };
//   auto result = minimize(rosenbrock, tensor({-1.2, 1.0}, {.dtype = float64}));
//   result.x;          // [1, 1]
//   result.converged;  // true
//
// docs/minimize.md says which method to choose.
#pragma once

#include <functional>

#include "descent/minimize/methods.h"
#include "descent/minimize/result.h"

namespace DESCENT_EXPORT descent {

/// What to minimise, written in the functions of ops.h: a tensor of the start's shape and dtype to a tensor of one
/// floating point element.
using Objective = std::function<Tensor(const Tensor& x)>;
/// A tensor of the start's shape and dtype to a floating point tensor of rank 1.
using Residuals = std::function<Tensor(const Tensor& x)>;

/// lower <= x <= upper, elementwise; each broadcasts to x, may be infinite, and undefined is no bound.
struct Box {
  Tensor lower = {};
  Tensor upper = {};
};

struct MinimizeOptions {
  Method method = method::LBFGS();
  /// For method::LBFGS and method::GradientDescent; an error with others. The start is moved into them.
  Box bounds = {};
  StoppingRules stop = {};
  /// Keep every iteration in the result.
  bool trace = false;
  OnIteration on_iteration = nullptr;
};

/// Finds a local minimum of `objective` near `start`, which is floating point, of any shape, and stays as it is.
/// The gradient and the products with the Hessian come from autograd; the objective is called while it records.
///
/// An Error if the start is empty or not floating point, an option out of its bounds, lower > upper somewhere, or if
/// the objective does not give one floating point element, does not depend on x, or is not finite at the start.
/// Elsewhere values that are not finite are steps too far.
MinimizeResult minimize(const Objective& objective, const Tensor& start, const MinimizeOptions& options = {});

struct LeastSquaresOptions {
  LeastSquaresMethod method = method::LevenbergMarquardt();
  StoppingRules stop = {};
  /// Keep every iteration in the result.
  bool trace = false;
  OnIteration on_iteration = nullptr;
};

/// Finds a local minimum of sum(residuals(x)^2) / 2, which is the result's value, near `start`: what fits a curve to
/// data. It knows more of the problem than minimize and needs far fewer evaluations. The Jacobian comes from autograd
/// and is dense: [residuals, variables], at the cost of as many backward passes as the lesser of the two.
///
/// Errors are those of minimize, of residuals that are not a floating point tensor of rank 1 with an element.
MinimizeResult least_squares(const Residuals& residuals, const Tensor& start, const LeastSquaresOptions& options = {});

}  // namespace descent
