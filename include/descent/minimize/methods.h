// The methods of minimize and least_squares, each a struct of its options.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT method {

/// L-BFGS (Liu and Nocedal, 1989), the default: a quasi-Newton method that builds the curvature from the last
/// steps s and changes of the gradient y, with the two-loop recursion.
///
///   q = g;  for the last pairs, newest first:  a = s.q / s.y,  q <- q - a y
///   q <- (s.y / y.y) q                         (of the newest pair)
///   oldest first:  q <- q + (a - y.q / s.y) s
///   x <- x - step q
///
/// The step is Moré and Thuente's, from 1. Within bounds q is the minimum of the same quadratic model in the box, and
/// the step at most 1, so that no x leaves it.
///
/// Choose it for any smooth function, from two variables to millions: it wants values and gradients alone. Where
/// products with the Hessian are cheap and the valley is narrow, TrustRegion needs fewer iterations.
///
/// Source: Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", Mathematical Programming
/// 45 (1989). The box follows Byrd, Lu, Nocedal and Zhu, "A limited memory algorithm for bound constrained
/// optimization", SIAM J. Scientific Computing 16 (1995), but minimises the model by conjugate gradients with an active
/// set (Moré and Toraldo, SIAM J. Optimization 1, 1991).
struct LBFGS {
  std::int64_t memory = 10;  // pairs kept, at least 1
};

/// Gradient descent (Cauchy, 1847) with a line search:
///
///   x <- x - step g
///
/// The step is found by backtracking from the step of Barzilai and Borwein (1988), s.s / s.y for the last step s and
/// change of the gradient y. With bounds it is the projected gradient method, along the line from x to the projection
/// of x - step g.
///
/// Choose it to see what plain descent does, or where the function is too rough for a model of its curvature; LBFGS is
/// faster nearly always.
///
/// Source: Barzilai and Borwein, "Two-point step size gradient methods", IMA J. Numerical Analysis 8 (1988).
struct GradientDescent {};

/// The nonlinear conjugate gradient method (Polak and Ribière, 1969):
///
///   b = max(0, g.(g - g_before) / g_before.g_before)
///   d <- -g + b d
///   x <- x + step d
///
/// The step is Moré and Thuente's, with curvature 0.1.
///
/// Choose it over LBFGS only where a few vectors of memory are too many.
///
/// Source: Gilbert and Nocedal, "Global convergence properties of conjugate gradient methods for optimization", SIAM J.
/// Optimization 2 (1992).
struct ConjugateGradient {};

/// Truncated Newton (Dembo and Steihaug, 1983):
///
///   d solves H d = -g, until |H d + g| <= min(0.5, sqrt |g|) |g| or the curvature is negative
///   x <- x + step d
///
/// The equations are solved by conjugate gradients, which use products with the Hessian only. The step is Moré and
/// Thuente's, from 1.
///
/// Choose it for functions whose Hessian varies strongly in scale; TrustRegion is the safer one where the Hessian is
/// indefinite on the way.
///
/// Source: Nocedal and Wright, "Numerical Optimization" (2006), algorithm 7.1.
struct NewtonCG {};

/// A trust region method with conjugate gradients (Toint, 1981; Steihaug, 1983), which use products with the Hessian
/// only:
///
///   d minimises g.d + d.H d / 2 where |d| <= r, nearly
///   ratio = (f(x) - f(x + d)) / (what the model foretold)
///   r <- |d| / 4 if ratio < 0.25;  2 r if ratio > 0.75 and |d| = r       (from 1)
///   x <- x + d if ratio > 1e-4
///
/// Choose it for hard problems of few or many variables, indefinite Hessians included.
///
/// Source: Steihaug, "The conjugate gradient method and trust regions in large scale optimization", SIAM J. Numerical
/// Analysis 20 (1983); Nocedal and Wright, "Numerical Optimization" (2006), algorithms 4.1 and 7.2.
struct TrustRegion {
  double max_radius = std::numeric_limits<double>::infinity();  // above 0
};

/// An optimizer of Descent as a method: each iteration is one step of it. The result is the best point it met.
///
///   minimize(f, start, {.method = method::first_order<optim::Adam>({.lr = 0.05})})
///
/// Choose it to compare optimizers, or where the objective is noisy (each call draws another batch, say). It has
/// neither line search nor bounds, and stops for the gradient, or the limits on iterations, evaluations and time.
///
/// Source: the optimizer's.
struct FirstOrder {
  /// Makes the optimizer of x.
  std::function<std::unique_ptr<optim::Optimizer>(const Tensor& x)> make;
};

/// The optimizer `O` with options as a method.
template <class O>
FirstOrder first_order(const std::remove_cvref_t<decltype(std::declval<O&>().options())>& options = {}) {
  return {[options](const Tensor& x) { return std::make_unique<O>(optim::ParameterList{x}, options); }};
}

/// Levenberg-Marquardt (Levenberg, 1944; Marquardt, 1963) as Moré (1978) has it, the default of least_squares: the
/// linear model of the residuals is minimised within a region that grows and shrinks with how well it foretells them.
///
///   d minimises |r + J d|  where  |D d| <= radius
///
/// D is 1, or, with `scale_variables`, the largest length so far of each column of J, as in MINPACK.
///
/// Choose it for nearly all least squares problems. `scale_variables` makes it indifferent to the variables' units; on
/// the problems of docs/minimize.md it does better without.
///
/// Source: Moré, "The Levenberg-Marquardt algorithm: implementation and theory", Lecture Notes in Mathematics 630
/// (1978), which is MINPACK's lmder.
struct LevenbergMarquardt {
  /// The first radius is this times |D x|, or this where x is 0; of (0, infinity).
  double first_radius = 100;
  bool scale_variables = false;
};

/// Gauss-Newton with backtracking:
///
///   d minimises |r + J d|, the shortest of these
///   x <- x + step d
///
/// Choose it where the residuals are nearly linear or vanish at the solution and the start is good; else
/// LevenbergMarquardt.
///
/// Source: Nocedal and Wright, "Numerical Optimization" (2006), section 10.3.
struct GaussNewton {};

}  // namespace method
}  // namespace descent

namespace DESCENT_EXPORT descent {

/// How minimize goes about it.
using Method = std::variant<method::LBFGS, method::GradientDescent, method::ConjugateGradient, method::NewtonCG,
                            method::TrustRegion, method::FirstOrder>;
/// How least_squares goes about it.
using LeastSquaresMethod = std::variant<method::LevenbergMarquardt, method::GaussNewton>;

}  // namespace descent
