#include <algorithm>
#include <cmath>
#include <limits>

#include "descent/create.h"
#include "descent/linalg.h"
#include "descent/minimize/line_search.h"
#include "minimize/progress.h"

namespace descent {
namespace {

/// The residuals at one x, and their Jacobian once it is wanted.
struct ResidualPoint {
  Tensor x;          // [n] of float64, each element one of the start's dtype
  Tensor residuals;  // [m] of float64
  double value = 0;  // half the sum of their squares
  Tensor jacobian;   // [m, n] of float64

  Tensor leaf = {}, output = {};  // what autograd has recorded

  Tensor gradient() const { return matmul(residuals, jacobian); }
};

class ResidualProblem {
 public:
  ResidualProblem(const Space& space, const Residuals& residuals) : space_(space), residuals_(residuals) {}

  const Space& space() const { return space_; }
  const Evaluations& evaluations() const { return evaluations_; }

  /// The residuals at x, rounded to the start's dtype.
  ResidualPoint at(const Tensor& x);
  /// Computes the Jacobian.
  void differentiate(ResidualPoint& point);
  /// Both, at a start; an Error if one is not finite.
  ResidualPoint start(const Tensor& x);

 private:
  Space space_;
  const Residuals& residuals_;
  Evaluations evaluations_;
};

ResidualPoint ResidualProblem::at(const Tensor& x) {
  ResidualPoint point;
  point.leaf = space_.to_user(x);
  point.x = space_.to_vector(point.leaf);
  point.leaf.requires_grad_();
  {
    const EnableGrad enable;
    point.output = residuals_(point.leaf);
  }
  ++evaluations_.functions;
  const Tensor& r = point.output;
  if (!r.defined()) fail("least_squares: the residuals are an undefined tensor; wanted rank 1");
  if (r.dim() != 1 || r.numel() == 0) {
    fail("least_squares: the residuals have shape ", r.sizes(), "; wanted rank 1 and at least one element");
  }
  if (!is_floating_point(r.dtype())) {
    fail("least_squares: the residuals are ", r.dtype(), "; wanted a floating point type");
  }
  if (!r.requires_grad()) fail("least_squares: the residuals do not depend on x");
  point.residuals = r.detach().to(float64);
  point.value = sum(square(point.residuals)).item() / 2;
  return point;
}

void ResidualProblem::differentiate(ResidualPoint& point) {
  ++evaluations_.gradients;
  const std::int64_t m = point.output.size(0), n = point.x.size(0);
  const auto unit = [&](std::int64_t size, std::int64_t i) { return eye(size, {.dtype = point.output.dtype()})[i]; };
  std::vector<Tensor> parts;
  if (m <= n) {
    // Row by row: a backward pass each.
    for (std::int64_t i = 0; i < m; ++i) {
      const auto row = grad({point.output}, {point.leaf}, {unit(m, i)}, {.retain_graph = true, .allow_unused = true});
      if (!row[0].defined()) fail("least_squares: the residuals do not depend on x");
      parts.push_back(space_.to_vector(row[0]));
    }
  } else {
    // Column by column: u J is linear in u, and its derivative in the direction of v is J v.
    const Tensor u = zeros(m, {.dtype = point.output.dtype(), .requires_grad = true});
    const auto product = grad({point.output}, {point.leaf}, {u}, {.create_graph = true, .allow_unused = true});
    if (!product[0].defined()) fail("least_squares: the residuals do not depend on x");
    for (std::int64_t j = 0; j < n; ++j) {
      const Tensor direction = unit(n, j).reshape(point.leaf.sizes()).to(point.leaf.dtype());
      const auto column = grad({product[0]}, {u}, {direction}, {.retain_graph = true, .allow_unused = true});
      parts.push_back(column[0].defined() ? column[0].detach().to(float64) : zeros(m, {.dtype = float64}));
    }
  }
  point.jacobian = m <= n ? stack(parts) : stack(parts, 1);
  point.output = point.leaf = {};
}

ResidualPoint ResidualProblem::start(const Tensor& x) {
  ResidualPoint point = at(x);
  if (!std::isfinite(point.value)) {
    fail("least_squares: the residuals at the start are not finite");
  }
  differentiate(point);
  if (!std::isfinite(max_abs(point.jacobian))) fail("least_squares: the Jacobian at the start is not finite");
  return point;
}

/// Tells `progress` of `now`; the reason to stop there, if there is one.
std::optional<StopReason> report(const ResidualProblem& problem, Progress& progress, const ResidualPoint& now) {
  return progress.reached(now.x, now.value, max_abs(now.gradient()), problem.evaluations());
}

/// The linear model of the residuals around a point, |r + J d|, in the variables D d.
class LinearModel {
 public:
  LinearModel(const ResidualPoint& point, const Tensor& scale)
      : scale_(scale), parts_(linalg::svd(point.jacobian / scale, false)) {
    projected_ = matmul(point.residuals, parts_.u);
    const double cutoff = std::numeric_limits<double>::epsilon() * parts_.s[0].item() *
                          static_cast<double>(std::max(point.jacobian.size(0), point.jacobian.size(1)));
    has_rank_ = parts_.s > cutoff;
  }
  /// The shortest d that minimises |r + J d|^2 + damping |D d|^2, times D.
  Tensor minimizer(double damping) const {
    const Tensor& s = parts_.s;
    const Tensor factor = where(has_rank_, s / (square(s) + damping), 0.0);
    return -matmul(parts_.vh.t(), factor * projected_);
  }
  /// The same within |D d| <= radius; `damping` is a first guess, and becomes what it takes.
  Tensor minimizer_within(double radius, double& damping) const;
  /// By how much a step lowers |r + J d|^2 / 2.
  double decrease(const Tensor& scaled_step) const {
    const Tensor c = parts_.s * matmul(scaled_step, parts_.vh.t());
    return -dot_product(c, projected_) - dot_product(c, c) / 2;
  }
  Tensor unscaled(const Tensor& scaled_step) const { return scaled_step / scale_; }

 private:
  Tensor scale_;       // the diagonal of D
  linalg::Svd parts_;  // of J / D
  Tensor projected_;
  Tensor has_rank_;
};

Tensor LinearModel::minimizer_within(double radius, double& damping) const {
  Tensor step = minimizer(0);
  if (length(step) <= 1.1 * radius) {
    damping = 0;
    return step;
  }
  // Newton's method on 1 / |step(damping)| - 1 / radius, which is nearly linear (Moré, 1978), within what the root can
  // be.
  const Tensor& s = parts_.s;
  double low = 0, high = length(s * projected_) / radius;
  if (!(damping > low && damping < high)) damping = std::max(1e-3 * high, std::sqrt(low * high));
  for (int i = 0; i < 50; ++i) {
    step = minimizer(damping);
    const double size = length(step);
    if (std::abs(size - radius) <= 0.1 * radius) break;
    (size > radius ? low : high) = damping;
    const Tensor factor = where(has_rank_, square(s * projected_) / pow(square(s) + damping, 3), 0.0);
    damping += (size - radius) / radius * size * size / sum(factor).item();
    if (!(damping > low && damping < high)) damping = std::max(1e-3 * high, std::sqrt(low * high));
  }
  return step;
}

Tensor column_lengths(const Tensor& jacobian) { return norm(jacobian, 2, 0); }

StopReason levenberg_marquardt(const method::LevenbergMarquardt& method, ResidualProblem& problem, Progress& progress,
                               ResidualPoint now) {
  Tensor scale = ones_like(now.x);
  if (method.scale_variables) {
    const Tensor lengths = column_lengths(now.jacobian);
    scale = where(lengths > 0, lengths, 1.0);
  }
  const double start_length = length(scale * now.x);
  double radius = method.first_radius * (start_length > 0 ? start_length : 1);
  double damping = 0;
  for (bool first = true;; first = false) {
    if (const auto reason = report(problem, progress, now)) return *reason;
    if (method.scale_variables) scale = maximum(scale, column_lengths(now.jacobian));
    const LinearModel model(now, scale);
    while (true) {
      const Tensor step = model.minimizer_within(radius, damping);
      const double size = length(step);
      if (first) radius = std::min(radius, size);
      ResidualPoint next = problem.at(now.x + model.unscaled(step));
      const bool finite = std::isfinite(next.value);
      const double actual = finite ? now.value - next.value : -std::numeric_limits<double>::infinity();
      const double ratio = actual / model.decrease(step);
      if (!(ratio > 0.25)) {
        // The minimum of the parabola through both values and the slope now, within bounds.
        const double fall = -dot_product(model.unscaled(step), now.gradient());
        double shrink = actual >= 0 ? 0.5 : fall / 2 / (fall - actual);
        if (!(shrink >= 0.1)) shrink = 0.1;
        radius = shrink * std::min(radius, 10 * size);
        damping /= shrink;
      } else if (damping == 0 || ratio >= 0.75) {
        radius = 2 * size;
        damping /= 2;
      }
      if (ratio >= 1e-4) {
        problem.differentiate(next);
        now = std::move(next);
        break;
      }
      if (!(radius > problem.space().epsilon() * length(scale * now.x))) return StopReason::no_lower_value;
    }
  }
}

StopReason gauss_newton(ResidualProblem& problem, Progress& progress, ResidualPoint now) {
  const Tensor scale = ones_like(now.x);
  while (true) {
    if (const auto reason = report(problem, progress, now)) return *reason;
    const Tensor step = LinearModel(now, scale).minimizer(0);
    const LinePoint zero{now.value, dot_product(step, now.gradient())};
    if (!(zero.slope < 0)) return StopReason::no_lower_value;
    ResidualPoint next;
    const auto value_at = [&](double part) {
      next = problem.at(now.x + part * step);
      return next.value;
    };
    if (!backtracking(value_at, zero, 1).satisfied) return StopReason::no_lower_value;
    problem.differentiate(next);
    now = std::move(next);
  }
}

}  // namespace

MinimizeResult least_squares(const Residuals& residuals, const Tensor& start, const LeastSquaresOptions& options) {
  const NoGrad no_grad;
  const Space space("least_squares", start);
  ResidualProblem problem(space, residuals);
  Progress progress(space, options.stop, options.trace, options.on_iteration);
  ResidualPoint point = problem.start(space.to_vector(start));
  const auto* damped = std::get_if<method::LevenbergMarquardt>(&options.method);
  if (damped && !(damped->first_radius > 0 && std::isfinite(damped->first_radius))) {
    fail("least_squares: first_radius = ", damped->first_radius, " must be above 0 and finite");
  }
  const StopReason reason = damped ? levenberg_marquardt(*damped, problem, progress, std::move(point))
                                   : gauss_newton(problem, progress, std::move(point));
  return std::move(progress).result(reason, problem.evaluations());
}

}  // namespace descent
