// A function to be minimised, at points that are vectors of float64 whatever the start's shape and dtype.
#pragma once

#include "descent/autograd.h"
#include "descent/minimize/minimize.h"
#include "descent/ops.h"

namespace descent {

// Sums and maxima of vectors, as numbers.
inline double dot_product(const Tensor& a, const Tensor& b) { return sum(a * b).item(); }
inline double length(const Tensor& a) { return norm(a).item(); }
inline double max_abs(const Tensor& a) { return max(abs(a)).item(); }

/// Between the vectors of the methods and the user's tensors.
class Space {
 public:
  /// An Error that begins with `function` if `start` is not a floating point tensor with elements.
  Space(const char* function, const Tensor& start);

  const char* function() const { return function_; }
  DType dtype() const { return dtype_; }
  /// x as the user sees it: shape and dtype of the start, sharing nothing.
  Tensor to_user(const Tensor& x) const;
  /// A user's tensor that broadcasts to x, as a vector of float64.
  Tensor to_vector(const Tensor& tensor) const;
  /// The error of one rounding, relative to a value.
  double epsilon() const;

 private:
  const char* function_;
  Dims shape_;
  DType dtype_;
};

/// The objective at one x. The gradient is computed when it is first wanted.
struct Point {
  Tensor x;  // [n] of float64, each element one of the start's dtype
  double value = 0;
  Tensor gradient;  // [n] of float64, once differentiated

  // What autograd has recorded: x as the user sees it, the objective there and, for Hessian products, its gradient.
  Tensor leaf = {}, output = {}, recorded_gradient = {};
};

/// The objective, its gradient and its Hessian, counted, within bounds.
class Problem {
 public:
  /// With `second_order`, gradients are recorded, for hessian_product.
  Problem(const Space& space, const Objective& objective, const Box& bounds, bool second_order);

  const Space& space() const { return space_; }
  const Evaluations& evaluations() const { return evaluations_; }

  /// The value at x, moved into the bounds and rounded to the start's dtype.
  Point at(const Tensor& x);
  /// Computes the gradient, unless it is there.
  void differentiate(Point& point);
  /// Both, at a start; an Error if one is not finite.
  Point start(const Tensor& x);
  /// The product of the Hessian at a differentiated point with `vector`.
  Tensor hessian_product(const Point& point, const Tensor& vector);

  bool is_bounded() const { return lower_.defined() || upper_.defined(); }
  /// The point within the bounds that is nearest to x.
  Tensor project(const Tensor& x) const { return is_bounded() ? clamp(x, lower_, upper_) : x; }
  /// How far the variables can move from a point: lower <= 0 <= upper.
  Box room(const Point& point) const;
  /// What the rule of the gradient looks at: the largest |gradient|; with bounds, |x - project(x - gradient)|.
  double gradient_norm(const Point& point) const;

 private:
  Space space_;
  const Objective& objective_;
  Tensor lower_, upper_;  // undefined: none
  bool second_order_;
  Evaluations evaluations_;
};

}  // namespace descent
