#include "minimize/problem.h"

#include <cmath>
#include <limits>

#include "descent/create.h"

namespace descent {

Space::Space(const char* function, const Tensor& start)
    : function_(function), shape_(start.sizes()), dtype_(start.dtype()) {
  if (!is_floating_point(dtype_)) fail(function, ": the start is ", dtype_, "; wanted a floating point type");
  if (start.numel() == 0) fail(function, ": the start has shape ", shape_, "; wanted at least one element");
}

Tensor Space::to_user(const Tensor& x) const { return x.reshape(shape_).to(dtype_).clone(); }

Tensor Space::to_vector(const Tensor& tensor) const {
  return tensor.detach().to(float64).expand(shape_).reshape({-1}).clone();
}

double Space::epsilon() const { return epsilon_of(dtype_); }

Problem::Problem(const Space& space, const Objective& objective, const Box& bounds, bool second_order)
    : space_(space), objective_(objective), second_order_(second_order) {
  if (bounds.lower.defined()) lower_ = space.to_vector(bounds.lower.to(space.dtype()));
  if (bounds.upper.defined()) upper_ = space.to_vector(bounds.upper.to(space.dtype()));
  for (const Tensor& bound : {lower_, upper_}) {
    if (bound.defined() && any(isnan(bound)).item<bool>()) fail(space.function(), ": a bound is NaN");
  }
  if (!lower_.defined() || !upper_.defined()) return;
  const std::vector<double> lower = lower_.to_vector<double>(), upper = upper_.to_vector<double>();
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (!(lower[i] <= upper[i])) {
      fail(space.function(), ": the bounds of element ", i, " are ", lower[i], " and ", upper[i],
           "; wanted lower <= upper");
    }
  }
}

Point Problem::at(const Tensor& x) {
  Point point;
  point.leaf = space_.to_user(project(x));
  point.x = space_.to_vector(point.leaf);
  point.leaf.requires_grad_();
  {
    const EnableGrad enable;
    point.output = objective_(point.leaf);
  }
  ++evaluations_.functions;
  const char* function = space_.function();
  if (!point.output.defined()) fail(function, ": the objective gave an undefined tensor; wanted one element");
  if (point.output.numel() != 1) {
    fail(function, ": the objective gave shape ", point.output.sizes(), "; wanted one element");
  }
  if (!is_floating_point(point.output.dtype())) {
    fail(function, ": the objective gave ", point.output.dtype(), "; wanted a floating point type");
  }
  if (!point.output.requires_grad()) fail(function, ": the objective does not depend on x");
  point.value = point.output.item();
  return point;
}

void Problem::differentiate(Point& point) {
  if (point.gradient.defined()) return;
  const std::vector<Tensor> gradients =
      grad({point.output}, {point.leaf}, {}, {.create_graph = second_order_, .allow_unused = true});
  if (!gradients[0].defined()) fail(space_.function(), ": the objective does not depend on x");
  ++evaluations_.gradients;
  point.gradient = space_.to_vector(gradients[0]);
  point.output = {};
  if (second_order_)
    point.recorded_gradient = gradients[0];
  else
    point.leaf = {};
}

Point Problem::start(const Tensor& x) {
  Point point = at(x);
  if (!std::isfinite(point.value)) {
    fail(space_.function(), ": the objective at the start is not finite");
  }
  differentiate(point);
  if (!std::isfinite(max_abs(point.gradient))) {
    fail(space_.function(), ": the gradient at the start is not finite");
  }
  return point;
}

Tensor Problem::hessian_product(const Point& point, const Tensor& vector) {
  ++evaluations_.hessian_products;
  // A linear objective has a gradient that depends on nothing.
  if (!point.recorded_gradient.requires_grad()) return zeros_like(vector);
  const std::vector<Tensor> products = grad({point.recorded_gradient}, {point.leaf}, {space_.to_user(vector)},
                                            {.retain_graph = true, .allow_unused = true});
  return products[0].defined() ? space_.to_vector(products[0]) : zeros_like(vector);
}

Box Problem::room(const Point& point) const {
  const double infinity = std::numeric_limits<double>::infinity();
  return {lower_.defined() ? lower_ - point.x : full_like(point.x, -infinity),
          upper_.defined() ? upper_ - point.x : full_like(point.x, infinity)};
}

double Problem::gradient_norm(const Point& point) const {
  if (!is_bounded()) return max_abs(point.gradient);
  // x - project(x - gradient), which loses no small gradient to a large x.
  const Box room = this->room(point);
  return max_abs(clamp(point.gradient, -room.upper, -room.lower));
}

}  // namespace descent
